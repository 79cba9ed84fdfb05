using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Destinations.Transport;

/// <summary>
/// A connection over TCP, with TLS or without. The only proof that TCP gives that the other side has read everything is the order of the ends: we end ours, it reads to
/// there, and ends its own. One that ends before has not.
/// </summary>
internal sealed class StreamConnection : IAsyncDisposable
{
    private const int TcpInfo = 11;
    private const int TcpClosed = 7;
    private readonly Socket _socket;
    private readonly List<X509Certificate2> _owned = [];
    private SslStream? _tls;

    private StreamConnection(Socket socket) => _socket = socket;

    /// <summary>What is sent and received.</summary>
    public Stream Stream { get; private set; } = Stream.Null;

    /// <summary>Connects.</summary>
    /// <param name="host">Name or address of the other side.</param>
    /// <param name="port">Its port.</param>
    /// <param name="tls">How it is protected; null: not at all.</param>
    /// <param name="secrets">The destination's secrets.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SocketException">There is no connection.</exception>
    /// <exception cref="IOException">It broke off.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The other side, or we, could not prove who we are.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A secret is no certificate.</exception>
    public static async Task<StreamConnection> OpenAsync(string host, int port, TlsSettings? tls, IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken)
    {
        var connection = new StreamConnection(new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        try
        {
            await connection._socket.ConnectAsync(host, port, cancellationToken);
            connection.Stream = new NetworkStream(connection._socket, ownsSocket: false);
            if (tls is not null)
            {
                connection._tls = new SslStream(connection.Stream, leaveInnerStreamOpen: false);
                connection.Stream = connection._tls;
                await connection._tls.AuthenticateAsClientAsync(tls.Options(secrets, connection._owned), cancellationToken);
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends our side; what was written before is sent first.</summary>
    public async Task EndAsync()
    {
        if (_tls is not null)
        {
            await _tls.ShutdownAsync();
        }
        else
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
    }

    /// <summary>Waits until the other side ends its own.</summary>
    /// <returns>Whether it had read everything before.</returns>
    /// <exception cref="IOException">It broke off: not everything was read.</exception>
    /// <exception cref="SocketException">The same.</exception>
    public async Task<bool> WaitForEndAsync(CancellationToken cancellationToken)
    {
        var ignored = new byte[4096];
        while (await Stream.ReadAsync(ignored, cancellationToken) > 0)
        {
            // Nothing that is said here counts.
        }

        if (_tls is null)
        {
            return HasNoError() && (!OperatingSystem.IsLinux() || Info()[0] == TcpClosed);
        }

        // The end of TLS is what the other side reads to, and it may close before the end of the connection has come.
        var isTaken = !OperatingSystem.IsLinux() || IsAcknowledged(Info());
        _socket.Shutdown(SocketShutdown.Send);
        while (await _socket.ReceiveAsync(ignored, SocketFlags.None, cancellationToken) > 0)
        {
        }

        return isTaken && HasNoError();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        _socket.Dispose();
        _owned.ForEach(certificate => certificate.Dispose());
    }

    // Segments without an acknowledgement, and bytes that are not sent yet. Who closes without having read does not acknowledge, but resets.
    private static bool IsAcknowledged(byte[] info) =>
        BinaryPrimitives.ReadUInt32LittleEndian(info.AsSpan(24)) == 0 && BinaryPrimitives.ReadUInt32LittleEndian(info.AsSpan(144)) == 0;

    private bool HasNoError() => (int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! == 0;

    // struct tcp_info of linux/tcp.h. When their end comes after ours, the kernel is done with the connection; when it came before, it still waits for theirs.
    private byte[] Info()
    {
        var info = new byte[256];
        _socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, TcpInfo, info);
        return info;
    }
}
