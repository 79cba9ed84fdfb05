using System.Collections.Immutable;
using System.Net;
using AuditFunctions.Configuration;

namespace AuditFunctions.Http.Network;

/// <summary>Hosts that may have private addresses: names, <c>*.</c> before a name for all names below it, addresses, networks such as <c>10.1.0.0/16</c>, or <c>*</c> for all. Immutable.</summary>
public sealed class PrivateHosts
{
    private readonly ImmutableArray<string> _names;
    private readonly ImmutableArray<IPNetwork> _networks;

    private PrivateHosts(ImmutableArray<string> names, ImmutableArray<IPNetwork> networks)
    {
        _names = names;
        _networks = networks;
    }

    /// <summary>Reads a list, with commas, semicolons or blanks between its parts.</summary>
    /// <exception cref="FormatException">Something in it is neither; the message says what.</exception>
    public static PrivateHosts Parse(string? text)
    {
        var words = HostPattern.Split(text);
        return new(
            [.. words.Where(word => NetworkOf(word) is null).Select(word => IsName(word) ? word : throw new FormatException($"'{word}' is neither a host, nor an address or network."))],
            [.. words.Select(NetworkOf).OfType<IPNetwork>()]);
    }

    /// <summary>Whether a host may be connected to at a private address.</summary>
    public bool Has(string host, IPAddress address) =>
        _names.Any(name => name == "*" || HostPattern.Matches(name, host)) || _networks.Any(network => network.Contains(AddressKinds.Plain(address)));

    private static bool IsName(string word) => word == "*" || Uri.CheckHostName(HostPattern.NameIn(word)) == UriHostNameType.Dns;

    private static IPNetwork? NetworkOf(string word) =>
        IPNetwork.TryParse(word, out var network) ? network
        : IPAddress.TryParse(word, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;
}
