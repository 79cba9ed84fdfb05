using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AuditFunctions.Tests.Support;

/// <summary>What a front does with a connection.</summary>
internal sealed record FrontOptions
{
    /// <summary>Where it listens.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Loopback;

    /// <summary>The certificate that it shows; null: no TLS.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The authority that a client's certificate must come from; null: clients need none.</summary>
    public X509Certificate2? ClientAuthority { get; init; }

    /// <summary>Whether it is a proxy: then a client says where it wants to go.</summary>
    public bool IsProxy { get; init; }

    /// <summary>The user name and password that the proxy asks for; null: none.</summary>
    public string? Credentials { get; init; }
}

/// <summary>Stands in front of a server on loopback: ends TLS, or is a proxy (RFC 9110, section 9.3.6). Everything goes to the one server, whatever name is asked for.</summary>
internal sealed class LoopbackFront : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly FrontOptions _options;
    private readonly int _port;
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentQueue<string> _seen = new();
    private readonly Task _accepting;

    private LoopbackFront(FrontOptions options, int port)
    {
        (_options, _port) = (options, port);
        _listener = new TcpListener(options.Listen, 0);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The port that it listens on.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What it saw: subjects of clients' certificates, and first lines of what a proxy was asked for.</summary>
    public IReadOnlyList<string> Seen => [.. _seen];

    /// <summary>Starts one in front of a server.</summary>
    public static LoopbackFront Start(Uri server, FrontOptions options) => new(options, server.Port);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        try
        {
            Stream stream = client.GetStream();
            if (_options.Certificate is { } certificate)
            {
                var tls = new SslStream(stream);
                stream = tls;
                await tls.AuthenticateAsServerAsync(OptionsOf(certificate), _ending.Token);
                if (tls.RemoteCertificate is { } shown)
                {
                    _seen.Enqueue(shown.Subject);
                }
            }

            await server.ConnectAsync(IPAddress.Loopback, _port, _ending.Token);
            if (_options.IsProxy && !await OpenAsync(stream, server.GetStream()))
            {
                return;
            }

            await Task.WhenAny(stream.CopyToAsync(server.GetStream(), _ending.Token), server.GetStream().CopyToAsync(stream, _ending.Token));
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            // The other side is gone, or was not let in.
        }
        finally
        {
            client.Dispose();
        }
    }

    private SslServerAuthenticationOptions OptionsOf(X509Certificate2 certificate)
    {
        var options = new SslServerAuthenticationOptions { ServerCertificate = certificate, ClientCertificateRequired = _options.ClientAuthority is not null };
        if (_options.ClientAuthority is { } authority)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.Add(authority);
        }

        return options;
    }

    // Reads heads until one may pass; a tunnel is opened, any other request goes on as it is.
    private async Task<bool> OpenAsync(Stream client, NetworkStream server)
    {
        while (true)
        {
            var head = new StringBuilder();
            var next = new byte[1];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                if (await client.ReadAsync(next, _ending.Token) == 0)
                {
                    return false;
                }

                head.Append((char)next[0]);
            }

            var lines = head.ToString().Split("\r\n");
            var expected = _options.Credentials is { } credentials ? $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}" : null;
            if (expected is not null && !lines.Contains(expected))
            {
                _seen.Enqueue("407");
                await client.WriteAsync("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _ending.Token);
                continue;
            }

            _seen.Enqueue(lines[0]);
            if (lines[0].StartsWith("CONNECT ", StringComparison.Ordinal))
            {
                await client.WriteAsync("HTTP/1.1 200 Connected\r\n\r\n"u8.ToArray(), _ending.Token);
            }
            else
            {
                await server.WriteAsync(Encoding.Latin1.GetBytes(head.ToString()), _ending.Token);
            }

            return true;
        }
    }
}
