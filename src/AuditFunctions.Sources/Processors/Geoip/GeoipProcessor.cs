using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Geoip;

/// <summary>Adds where an address is, with the names of ECS (<c>geo.*</c>).</summary>
internal static class GeoipProcessor
{
    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "geoip",
        AddressLookup.Keys,
        "Writes where the IP address at the path is, as a MaxMind database of cities or countries says it: `continent_code`, `country_iso_code`, `country_name`, `region_name`, `city_name`, `postal_code`, `timezone` and `location`. What it does not say is left out. See [lookup files](#lookup-files).",
        (reader, settings) => AddressLookup.Read(reader, settings, Write));

    private static bool Write(IReadOnlyDictionary<string, object> found, PooledBytes into)
    {
        var answer = new AnswerWriter(into);
        answer.Text("continent_code", At(found, "continent", "code"));
        answer.Text("country_iso_code", At(found, "country", "iso_code"));
        answer.Text("country_name", At(found, "country", "names", "en"));
        answer.Text("region_name", found.GetValueOrDefault("subdivisions") is IReadOnlyList<object> and [IReadOnlyDictionary<string, object> region, ..] ? At(region, "names", "en") : null);
        answer.Text("city_name", At(found, "city", "names", "en"));
        answer.Text("postal_code", At(found, "postal", "code"));
        answer.Text("timezone", At(found, "location", "time_zone"));
        answer.Point("location", At(found, "location", "latitude"), At(found, "location", "longitude"));
        return answer.End();
    }

    private static object? At(IReadOnlyDictionary<string, object> from, params ReadOnlySpan<string> names)
    {
        object? value = from;
        foreach (var name in names)
        {
            value = value is IReadOnlyDictionary<string, object> map ? map.GetValueOrDefault(name) : null;
        }

        return value;
    }
}
