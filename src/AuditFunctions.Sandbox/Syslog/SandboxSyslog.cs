using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AuditFunctions.Sandbox;

/// <summary>What a receiver does to a connection.</summary>
public enum SyslogFault
{
    /// <summary>Nothing: it reads to the end, and closes.</summary>
    None,

    /// <summary>It closes at once, as one with too many connections does.</summary>
    CloseAtOnce,

    /// <summary>It reads to the end and never closes.</summary>
    NeverClose,

    /// <summary>It resets the connection when something has come.</summary>
    Reset,

    /// <summary>RELP: it answers the second message with 500, and takes the others.</summary>
    RejectSecond,

    /// <summary>RELP: it takes what comes and loses every answer.</summary>
    LoseAnswers,

    /// <summary>RELP: it answers the first message twice, and the second one not at all.</summary>
    AnswerTwice,

    /// <summary>RELP: it does not take the second message, and answers the first three together, the last one first.</summary>
    AnswerBackwards,

    /// <summary>RELP: it takes what comes, and answers the first message only.</summary>
    AnswerFirst,

    /// <summary>RELP: it takes and answers the first message only, and ends the session when the third one has come.</summary>
    AnswerFirstAndClose,
}

/// <summary>A syslog receiver on loopback: TCP or TLS with octet counting or lines, as the first byte says, UDP, and RELP. As strict as the RFCs.</summary>
public sealed class SandboxSyslog : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Socket _datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<SyslogMessage> _messages = new();
    private readonly List<byte[]> _held = [];
    private readonly ConcurrentQueue<string> _violations = new();
    private readonly ConcurrentQueue<Socket> _open = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly List<Task> _tasks = [];

    private SandboxSyslog(SslServerAuthenticationOptions? tls) => _tls = tls;

    /// <summary>The port of TCP and RELP.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The port of UDP.</summary>
    public int DatagramPort => ((IPEndPoint)_datagrams.LocalEndPoint!).Port;

    /// <summary>Messages so far, in order.</summary>
    public IReadOnlyList<SyslogMessage> Messages => [.. _messages];

    /// <summary>What came and is not as the RFCs say.</summary>
    public IReadOnlyList<string> Violations => [.. _violations];

    /// <summary>What is done to the connections that come.</summary>
    public SyslogFault Fault { get; set; }

    /// <summary>RELP: what it answers to a message that it does not take; without a fault it takes none when this is set.</summary>
    public string? Refusal { get; set; }

    /// <summary>Starts a receiver, with TLS when there is a certificate, and with clients that prove who they are when there is an authority for them.</summary>
    public static SandboxSyslog Start(X509Certificate2? certificate = null, X509Certificate2? clients = null)
    {
        SslServerAuthenticationOptions? tls = null;
        if (certificate is not null)
        {
            tls = new SslServerAuthenticationOptions { ServerCertificate = certificate, ClientCertificateRequired = clients is not null };
            if (clients is not null)
            {
                tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { clients } };
            }
        }

        var receiver = new SandboxSyslog(tls);
        receiver._listener.Start();
        receiver._datagrams.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        receiver._tasks.Add(receiver.AcceptAsync());
        receiver._tasks.Add(receiver.ReceiveAsync());
        return receiver;
    }

    /// <summary>Waits until so many messages have come.</summary>
    public async Task WaitAsync(int messages, CancellationToken ct)
    {
        while (_messages.Count < messages)
        {
            await _arrived.WaitAsync(ct);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        _datagrams.Dispose();
        foreach (var socket in _open)
        {
            socket.Dispose();
        }

        await Task.WhenAll(_tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _arrived.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var socket = await _listener.AcceptSocketAsync(_stop.Token);
            _ = ServeAsync(socket);
        }
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[65_536];
        while (true)
        {
            var read = await _datagrams.ReceiveAsync(buffer, SocketFlags.None, _stop.Token);
            Take(buffer.AsSpan(0, read));
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            if (Fault == SyslogFault.CloseAtOnce)
            {
                return;
            }

            await using var raw = new NetworkStream(socket, ownsSocket: false);
            if (Fault == SyslogFault.NeverClose)
            {
                _open.Enqueue(socket);
            }

            Stream stream = raw;
            if (_tls is not null)
            {
                var tls = new SslStream(raw, leaveInnerStreamOpen: true);
                await tls.AuthenticateAsServerAsync(_tls, _stop.Token);
                stream = tls;
            }

            var reader = new SyslogFrameReader(stream, _stop.Token);
            if (Fault == SyslogFault.Reset)
            {
                await reader.PeekAsync();
                socket.LingerState = new LingerOption(true, 0);
                return;
            }

            await ServeAsync(reader, stream);
        }
        catch (InvalidDataException exception)
        {
            _violations.Enqueue(exception.Message);
        }
        catch (AuthenticationException)
        {
            // .NET says no alert to a client that did not prove who it is.
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The client is gone, or we are.
        }
        finally
        {
            // Closed without a shutdown: what was not read then resets the connection.
            if (Fault != SyslogFault.NeverClose)
            {
                socket.Dispose();
            }
        }
    }

    private async Task ServeAsync(SyslogFrameReader reader, Stream stream)
    {
        while (await reader.PeekAsync() is { } first)
        {
            if (first == '<')
            {
                Take(await reader.ToAsync((byte)'\n', 16 * 1024 * 1024));
                continue;
            }

            // "LENGTH MESSAGE", or RELP's "NUMBER COMMAND LENGTH MESSAGE".
            var number = await reader.NumberAsync();
            if (await reader.PeekAsync() is not (>= (byte)'a' and <= (byte)'z'))
            {
                Take(await reader.TakeAsync(number));
                continue;
            }

            var command = Encoding.ASCII.GetString(await reader.ToAsync((byte)' ', 32));
            var (length, hasData) = await reader.LengthAsync();
            var data = await reader.TakeAsync(length);
            if (hasData && (await reader.TakeAsync(1))[0] != '\n')
            {
                throw new InvalidDataException("No line feed ends the frame.");
            }

            if (!await AnswerAsync(stream, number, command, data))
            {
                return;
            }
        }
    }

    private async Task<bool> AnswerAsync(Stream stream, int number, string command, byte[] data)
    {
        if (Fault == SyslogFault.AnswerTwice && number == 3)
        {
            return true;
        }

        if (Fault == SyslogFault.AnswerFirstAndClose && number > 2)
        {
            return number < 4;
        }

        var isRejected = (Fault is SyslogFault.RejectSecond or SyslogFault.AnswerBackwards) ? number == 3 : Fault == SyslogFault.None && Refusal is not null;
        var text = command switch
        {
            "open" when Encoding.ASCII.GetString(data).Split('\n') is var offers && offers.Contains("relp_version=0") && offers.Contains("commands=syslog") => "200 OK\nrelp_version=0\nrelp_software=sandbox\ncommands=syslog",
            "syslog" => isRejected ? Refusal ?? "500 not this one" : "200 OK",
            "close" => "",
            _ => throw new InvalidDataException($"RELP has no command '{command}'."),
        };
        if (command == "syslog" && !isRejected)
        {
            Take(data);
        }

        if (command == "syslog" && (Fault == SyslogFault.LoseAnswers || (Fault == SyslogFault.AnswerFirst && number > 2)))
        {
            return true;
        }

        var bytes = Encoding.ASCII.GetByteCount(text);
        var answer = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number} rsp {bytes}{(bytes > 0 ? " " : "")}{text}\n{(command == "close" ? "0 serverclose 0\n" : "")}"));
        if (Fault == SyslogFault.AnswerBackwards && number is >= 2 and <= 4)
        {
            _held.Insert(0, answer);
            if (number < 4)
            {
                return true;
            }

            answer = [.. _held.SelectMany(one => one)];
        }

        await stream.WriteAsync(Fault == SyslogFault.AnswerTwice && number == 2 ? [.. answer, .. answer] : answer, _stop.Token);
        return command != "close";
    }

    private void Take(ReadOnlySpan<byte> message)
    {
        try
        {
            _messages.Enqueue(SyslogReading.Message(message));
            _arrived.Release();
        }
        catch (InvalidDataException exception)
        {
            _violations.Enqueue(exception.Message);
        }
    }
}
