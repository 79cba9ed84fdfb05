using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace AuditFunctions.Http.Network;

/// <summary>What an address is for.</summary>
internal enum AddressKind
{
    /// <summary>It is reached over the Internet.</summary>
    Public,

    /// <summary>A network of somebody's own (RFC 1918, RFC 6598, RFC 4193), or one that is not routed over the Internet (RFC 6890, RFC 2544).</summary>
    Private,

    /// <summary>This machine itself.</summary>
    Loopback,

    /// <summary>The link itself, where clouds answer with credentials of their machines (RFC 3927, RFC 4291), and what is no address of one machine.</summary>
    Never,
}

/// <summary>Says what an address is for.</summary>
internal static class AddressKinds
{
    // Clouds' own services for their machines: Azure's 168.63.129.16 (learn.microsoft.com, "What is IP address 168.63.129.16?"), all of AWS's fd00:ec2::/32 (instance
    // metadata and pod identity), Google's fd20:ce::254, Oracle's and Alibaba's.
    private static readonly IPNetwork[] OfClouds =
        [IPNetwork.Parse("168.63.129.16/32"), IPNetwork.Parse("fd00:ec2::/32"), IPNetwork.Parse("fd20:ce::/32"), IPNetwork.Parse("192.0.0.192/32"), IPNetwork.Parse("100.100.100.200/32")];

    // Translation and tunnels to IPv4: an address may stand anywhere in them (RFC 8215, RFC 4380), so that they lead where only this network knows.
    private static readonly IPNetwork[] Tunnels = [IPNetwork.Parse("64:ff9b:1::/48"), IPNetwork.Parse("2001::/32")];
    private static readonly IPNetwork[] Nobody = [IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("224.0.0.0/3"), IPNetwork.Parse("::/128"), IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("ff00::/8")];
    private static readonly IPNetwork[] Own = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fec0::/10"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("198.18.0.0/15"), .. Tunnels];

    /// <summary>What it is for. An IPv4 address inside of one of IPv6 counts as what it is.</summary>
    public static AddressKind Of(IPAddress address)
    {
        address = Plain(address);
        return Array.Exists(OfClouds, network => network.Contains(address)) || Array.Exists(Nobody, network => network.Contains(address)) ? AddressKind.Never
            : IPAddress.IsLoopback(address) ? AddressKind.Loopback
            : Array.Exists(Own, network => network.Contains(address)) ? AddressKind.Private
            : AddressKind.Public;
    }

    /// <summary>The IPv4 address that stands inside: mapped or compatible (RFC 4291), translated (RFC 6052, RFC 2765) or 6to4 (RFC 3056).</summary>
    public static IPAddress Plain(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
            : BinaryPrimitives.ReadUInt64BigEndian(bytes) == 0x0064_ff9b_0000_0000 && bytes.AsSpan(8, 4).IndexOfAnyExcept((byte)0) < 0 ? new IPAddress(bytes.AsSpan(12))
            : bytes.AsSpan(0, 8).IndexOfAnyExcept((byte)0) < 0 && BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(8)) is 0 or 0xffff_0000 && BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(12)) > 1
                ? new IPAddress(bytes.AsSpan(12))
            : bytes[0] == 0x20 && bytes[1] == 0x02 ? new IPAddress(bytes.AsSpan(2, 4))
            : address.ScopeId == 0 ? address : new IPAddress(bytes);
    }
}
