using System.Net;
using System.Net.Sockets;

namespace AuditFunctions.Http.Network;

/// <summary>
/// Which addresses connections may go to. What counts is the address that is connected to, not the name: a name that leads elsewhere at its second look-up gets no
/// further than at its first. Immutable.
/// </summary>
/// <param name="privateHosts">Hosts that may have private addresses.</param>
/// <param name="setting">The setting that names them, for messages.</param>
/// <param name="checkProxies">Whether proxies are bound by the rules as well: those that a row names are, those of the environment are not.</param>
public sealed class AddressRules(PrivateHosts privateHosts, string setting, bool checkProxies = false)
{
    /// <summary>The same rules, for proxies as well.</summary>
    public AddressRules WithProxies() => new(privateHosts, setting, checkProxies: true);

    /// <summary>Connects a socket for an HTTP client.</summary>
    /// <exception cref="ForbiddenAddressException">The host has no address that may be connected to.</exception>
    /// <exception cref="SocketException">There is no connection.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host.Trim('[', ']');
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);

        // A tunnel is asked for with a request of the client's own; we send no CONNECT ourselves.
        var isProxy = !checkProxies && (context.InitialRequestMessage.Method == HttpMethod.Connect
            || IsProxyOfEnvironment(host, context.DnsEndPoint.Port, context.InitialRequestMessage.RequestUri));
        IPAddress[] allowed = isProxy ? addresses : [.. addresses.Where(address => IsAllowed(host, address))];
        if (allowed.Length == 0)
        {
            throw new ForbiddenAddressException(WhatIsWrong(host, addresses));
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether a host may be connected to at an address.</summary>
    /// <param name="host">The host as it is asked for.</param>
    /// <param name="address">One of its addresses.</param>
    public bool IsAllowed(string host, IPAddress address) => AddressKinds.Of(address) switch
    {
        AddressKind.Public => true,
        AddressKind.Private => privateHosts.Has(host, address),

        // Only by its own name: another one that leads here was given by somebody else.
        AddressKind.Loopback => host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var literal) && IPAddress.IsLoopback(literal)),
        _ => false,
    };

    private static bool IsProxyOfEnvironment(string host, int port, Uri? asked) =>
        asked is not null && HttpClient.DefaultProxy.GetProxy(asked) is { } proxy && proxy != asked && proxy.Port == port && proxy.IdnHost.Equals(host, StringComparison.OrdinalIgnoreCase);

    private string WhatIsWrong(string host, IPAddress[] addresses)
    {
        var isPrivate = Array.Exists(addresses, address => AddressKinds.Of(address) == AddressKind.Private);
        var what = IPAddress.TryParse(host, out _) ? host : $"{host} ({(addresses.Length == 0 ? "no address" : string.Join(", ", addresses.Take(3).Select(address => address.ToString())))})";
        return isPrivate
            ? $"{what} is in a private network; if the vendor is yours, whoever runs this app names it in {setting}"
            : $"{what} is no address of a vendor, and is never connected to";
    }
}
