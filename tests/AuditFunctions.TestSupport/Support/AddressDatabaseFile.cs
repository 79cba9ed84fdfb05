using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace AuditFunctions.Tests.Support;

/// <summary>Writes small MaxMind databases: a tree of IPv6 networks, with those of IPv4 below <c>::/96</c>, and the data that they lead to.</summary>
internal sealed class AddressDatabaseFile(string type)
{
    private readonly List<int[]> _nodes = [[0, 0]];
    private readonly List<byte> _data = [];
    private readonly List<int> _starts = [];

    /// <summary>A database of cities with one network.</summary>
    public static byte[] Cities() => new AddressDatabaseFile("GeoLite2-City")
        .Add("203.0.113.0/24", Map(
            ("continent", Map(("code", "EU"))),
            ("country", Map(("iso_code", "NO"), ("names", Map(("en", "Norway"), ("de", "Norwegen"))))),
            ("subdivisions", new object[] { Map(("names", Map(("en", "Oslo County")))) }),
            ("city", Map(("names", Map(("en", "Oslo"))))),
            ("location", Map(("latitude", 59.5), ("longitude", 10.25), ("time_zone", "Europe/Oslo")))))
        .Add("2001:db8::/32", Map(("country", Map(("iso_code", "JP")))))
        .Write();

    /// <summary>A database of networks' owners with one network.</summary>
    public static byte[] Owners() => new AddressDatabaseFile("GeoLite2-ASN")
        .Add("203.0.113.0/24", Map(("autonomous_system_number", 64500), ("autonomous_system_organization", "Example Net")))
        .Write();

    /// <summary>A map.</summary>
    public static Dictionary<string, object> Map(params (string Key, object Value)[] members) => members.ToDictionary(one => one.Key, one => one.Value, StringComparer.Ordinal);

    /// <summary>Adds a network. Networks must not overlap.</summary>
    public AddressDatabaseFile Add(string network, object value)
    {
        var parsed = IPNetwork.Parse(network);
        var isShort = parsed.BaseAddress.GetAddressBytes().Length == 4;
        byte[] bits = isShort ? [.. new byte[12], .. parsed.BaseAddress.GetAddressBytes()] : parsed.BaseAddress.GetAddressBytes();
        var length = parsed.PrefixLength + (isShort ? 96 : 0);
        _starts.Add(_data.Count);
        Put(_data, value);
        var node = 0;
        for (var at = 0; at < length; at++)
        {
            var side = (bits[at / 8] >> (7 - (at % 8))) & 1;
            if (at == length - 1)
            {
                _nodes[node][side] = -_starts.Count;
            }
            else if (_nodes[node][side] == 0)
            {
                _nodes.Add([0, 0]);
                node = _nodes[node][side] = _nodes.Count - 1;
            }
            else
            {
                node = _nodes[node][side];
            }
        }

        return this;
    }

    /// <summary>The file.</summary>
    public byte[] Write()
    {
        var file = new List<byte>();
        foreach (var side in _nodes.SelectMany(node => node))
        {
            // Nothing is written as the number of nodes, data as that plus 16 plus where it starts.
            var record = side < 0 ? _nodes.Count + 16 + _starts[-side - 1] : side == 0 ? _nodes.Count : side;
            file.AddRange([(byte)(record >> 16), (byte)(record >> 8), (byte)record]);
        }

        file.AddRange(new byte[16]);
        file.AddRange(_data);
        file.AddRange([0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8]);
        Put(file, Map(
            ("binary_format_major_version", (ushort)2),
            ("binary_format_minor_version", (ushort)0),
            ("build_epoch", 1_767_225_600UL),
            ("database_type", type),
            ("description", Map(("en", "test"))),
            ("ip_version", (ushort)6),
            ("languages", new object[] { "en" }),
            ("node_count", _nodes.Count),
            ("record_size", (ushort)24)));
        return [.. file];
    }

    private static void Put(List<byte> into, object value)
    {
        switch (value)
        {
            case string text:
                Head(into, 2, Encoding.UTF8.GetByteCount(text));
                into.AddRange(Encoding.UTF8.GetBytes(text));
                break;
            case double number:
                var eight = new byte[8];
                BinaryPrimitives.WriteDoubleBigEndian(eight, number);
                Head(into, 3, 8);
                into.AddRange(eight);
                break;
            case int number:
                var four = new byte[4];
                BinaryPrimitives.WriteInt32BigEndian(four, number);
                Head(into, 6, 4);
                into.AddRange(four);
                break;
            case ushort number:
                into.AddRange([(5 << 5) | 2, (byte)(number >> 8), (byte)number]);
                break;
            case ulong number:
                var octets = new byte[8];
                BinaryPrimitives.WriteUInt64BigEndian(octets, number);

                // Types beyond 7 are written as 0 and the rest in a byte of its own.
                into.AddRange([8, 9 - 7, .. octets]);
                break;
            case Dictionary<string, object> map:
                Head(into, 7, map.Count);
                foreach (var (name, member) in map)
                {
                    Put(into, name);
                    Put(into, member);
                }

                break;
            case object[] list:
                into.AddRange([(byte)list.Length, 11 - 7]);
                Array.ForEach(list, one => Put(into, one));
                break;
        }
    }

    // Lengths from 29 to 284 take a byte more.
    private static void Head(List<byte> into, int type, int length) =>
        into.AddRange(length < 29 ? [(byte)((type << 5) | length)] : [(byte)((type << 5) | 29), (byte)(length - 29)]);
}
