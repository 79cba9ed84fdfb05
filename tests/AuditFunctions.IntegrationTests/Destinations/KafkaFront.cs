using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AuditFunctions.Tests.Destinations;

/// <summary>
/// Stands in front of a broker of <see cref="KafkaMock"/> and adds what it does not have: TLS, SASL, and answers that get lost. All else goes through as it is.
/// </summary>
internal sealed class KafkaFront : IAsyncDisposable
{
    private const short ApiVersions = 18;
    private const short SaslHandshake = 17;
    private const short SaslAuthenticate = 36;
    private const short AuthenticationFailed = 58;

    private readonly CancellationTokenSource _end = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly KafkaMock _mock;
    private readonly Task _accepting;

    public KafkaFront(KafkaMock mock)
    {
        _mock = mock;
        _listener.Start();
        mock.Limit(KafkaMock.Produce, 7);
        mock.Advertise(Port);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What SASL mechanism it asks for; null for none.</summary>
    public string? Mechanism { get; init; }

    /// <summary>The password, or the token.</summary>
    public string Password { get; set; } = "";

    /// <summary>Its certificate; null for no TLS.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Who vouches for clients' certificates; null where none is asked for.</summary>
    public X509Certificate2? Authority { get; init; }

    /// <summary>So many answers to Produce get lost, with the connection.</summary>
    public int LoseAnswers { get; set; }

    /// <summary>What producers said of their requests: producer, epoch and number of the first message.</summary>
    public ConcurrentQueue<(long Producer, short Epoch, int Sequence)> Produced { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        using (client)
        {
            try
            {
                await using var stream = await StreamAsync(client, closing.Token);
                using var broker = new TcpClient();
                await broker.ConnectAsync(IPAddress.Loopback, _mock.Port, closing.Token);
                var connection = new Connection(this, stream, broker.GetStream());
                var pumps = new[] { connection.RequestsAsync(closing.Token), connection.AnswersAsync(closing.Token) };
                await Task.WhenAny(pumps);
                await closing.CancelAsync();
                client.Close();
                await Task.WhenAll(pumps);
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
            {
                // The client sees it.
            }
        }
    }

    private async Task<Stream> StreamAsync(TcpClient client, CancellationToken cancellationToken)
    {
        if (Certificate is null)
        {
            return client.GetStream();
        }

        var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = Certificate,
                ClientCertificateRequired = Authority is not null,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => Authority is null || IsOurs(certificate),
            },
            cancellationToken);
        return tls;
    }

    private bool IsOurs(X509Certificate? certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Authority!);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return certificate is X509Certificate2 known && chain.Build(known);
    }

    private sealed class Connection(KafkaFront front, Stream client, Stream broker)
    {
        private readonly ConcurrentDictionary<int, (short Key, short Version)> _open = new();
        private SaslServer? _sasl;
        private bool _isKnown;

        public async Task RequestsAsync(CancellationToken cancellationToken)
        {
            while (await ReadAsync(client, cancellationToken) is { } request)
            {
                var (key, version, id) = (Int16(request, 0), Int16(request, 2), Int32(request, 4));
                var body = request.AsMemory(10 + Math.Max(Int16(request, 8), (short)0));
                switch (key)
                {
                    case SaslHandshake:
                        var mechanism = Encoding.UTF8.GetString(body.Span[2..]);
                        _sasl = mechanism == front.Mechanism ? new SaslServer(mechanism, front.Password) : null;
                        await AnswerAsync(id, [.. Of((short)(_sasl is null ? 33 : 0)), .. Of(1), .. Text(front.Mechanism ?? "")], cancellationToken);
                        break;
                    case SaslAuthenticate when _sasl is not null:
                        var answer = _sasl.Next(body.Span[4..].ToArray());
                        _isKnown = _sasl.IsDone;
                        await AnswerAsync(
                            id,
                            answer is null ? [.. Of(AuthenticationFailed), .. Text($"no {front.Password}"), .. Of(0)] : [.. Of((short)0), .. Of((short)-1), .. Of(answer.Length), .. answer],
                            cancellationToken);
                        break;
                    case ApiVersions:
                    case var _ when front.Mechanism is null || _isKnown:
                        if (key == KafkaMock.Produce)
                        {
                            front.Produced.Enqueue(SequenceOf(body.Span));
                        }

                        _open[id] = (key, version);
                        await WriteAsync(broker, request, cancellationToken);
                        break;
                    default:
                        return;
                }
            }
        }

        public async Task AnswersAsync(CancellationToken cancellationToken)
        {
            while (await ReadAsync(broker, cancellationToken) is { } answer)
            {
                _open.TryRemove(Int32(answer, 0), out var request);
                if (request.Key == KafkaMock.Produce && front.LoseAnswers > 0)
                {
                    front.LoseAnswers--;
                    return;
                }

                await WriteAsync(client, request.Key == ApiVersions && front.Mechanism is not null ? WithSasl(answer, request.Version) : answer, cancellationToken);
            }
        }

        // A list of request, oldest and newest version; from version 3 on its length is a varint and each entry ends with its tags.
        private static byte[] WithSasl(byte[] answer, short version)
        {
            byte[] Entry(short key, short newest) => [.. Of(key), .. Of((short)0), .. Of(newest), .. version >= 3 ? new byte[1] : []];
            byte[] more = [.. Entry(SaslHandshake, 1), .. Entry(SaslAuthenticate, 0)];
            if (version >= 3)
            {
                return [.. answer[..6], (byte)(answer[6] + 2), .. more, .. answer[7..]];
            }

            return [.. answer[..6], .. Of(Int32(answer, 6) + 2), .. more, .. answer[10..]];
        }

        // Produce of version 3 to 7: transaction, acks, time-out, topics; in a batch of records 43 bytes stand before the producer.
        private static (long Producer, short Epoch, int Sequence) SequenceOf(ReadOnlySpan<byte> body)
        {
            var at = 2 + Math.Max(Int16(body, 0), (short)0) + 2 + 4 + 4;
            at += 2 + Int16(body, at) + 4 + 4 + 4 + 43;
            return (BinaryPrimitives.ReadInt64BigEndian(body[at..]), Int16(body, at + 8), Int32(body, at + 10));
        }

        private Task AnswerAsync(int id, byte[] body, CancellationToken cancellationToken) => WriteAsync(client, [.. Of(id), .. body], cancellationToken);

        private static async Task WriteAsync(Stream stream, byte[] frame, CancellationToken cancellationToken)
        {
            await stream.WriteAsync((byte[])[.. Of(frame.Length), .. frame], cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }

        private static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellationToken)
        {
            var length = new byte[4];
            if (await stream.ReadAtLeastAsync(length, 4, throwOnEndOfStream: false, cancellationToken) < 4)
            {
                return null;
            }

            var frame = new byte[Int32(length, 0)];
            await stream.ReadExactlyAsync(frame, cancellationToken);
            return frame;
        }

        private static byte[] Text(string text) => [.. Of((short)text.Length), .. Encoding.ASCII.GetBytes(text)];

        private static byte[] Of(short number) => [(byte)(number >> 8), (byte)number];

        private static byte[] Of(int number) => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];

        private static short Int16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt16BigEndian(bytes[at..]);

        private static int Int32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);
    }
}
