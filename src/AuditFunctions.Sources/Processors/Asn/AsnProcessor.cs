using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Geoip;

namespace AuditFunctions.Sources.Processors.Asn;

/// <summary>Adds to whose network an address belongs.</summary>
internal static class AsnProcessor
{
    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "asn",
        AddressLookup.Keys,
        "Writes to whose network the IP address at the path belongs, as a MaxMind database of ASNs says it: `number` and `organization`. See [lookup files](#lookup-files).",
        (reader, settings) => AddressLookup.Read(reader, settings, Write));

    private static bool Write(IReadOnlyDictionary<string, object> found, PooledBytes into)
    {
        var answer = new AnswerWriter(into);
        answer.Number("number", found.GetValueOrDefault("autonomous_system_number"));
        answer.Text("organization", found.GetValueOrDefault("autonomous_system_organization"));
        return answer.End();
    }
}
