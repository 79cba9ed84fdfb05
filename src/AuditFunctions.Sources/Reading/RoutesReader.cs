using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Sources.Processors;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads <c>routes</c>: for some of a source's destinations, what is done to events for that destination alone, after the processors of all.</summary>
internal static class RoutesReader
{
    private const string Key = "routes";

    /// <summary>Reads them; by destination, each with the processors of all before its own.</summary>
    public static IReadOnlyDictionary<string, ProcessorList> Read(
        SettingReader reader, ProcessorFacts facts, IReadOnlyDictionary<string, SecretName> secrets, ProcessorList? common, IReadOnlyList<string> destinations)
    {
        var routes = new Dictionary<string, ProcessorList>(StringComparer.Ordinal);
        if (reader.Node(Key) is not SettingMap map || reader.Map(Key) is not { } inner)
        {
            if (reader.Has(Key))
            {
                reader.Problems.Add(reader.At(Key), "must be a map from a destination's name to a list of processors.");
            }

            return routes;
        }

        foreach (var (destination, _) in map.Entries)
        {
            if (!destinations.Contains(destination))
            {
                reader.Problems.Add(inner.At(destination), $"is no destination of this source; its destinations: {string.Join(", ", destinations)}.");
            }

            if (new ProcessorsReader(facts, secrets, destination, common).Read(inner) is { } own)
            {
                routes[destination] = common?.Then(own) ?? own;
            }
        }

        return routes;
    }
}
