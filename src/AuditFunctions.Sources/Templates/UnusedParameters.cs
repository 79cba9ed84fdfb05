using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Templates;

/// <summary>Finds parameters that somebody gives and nothing uses: a credential that is never sent, a filter that filters nothing.</summary>
internal static class UnusedParameters
{
    /// <summary>Reports every parameter of a template that no placeholder of it names.</summary>
    /// <param name="map">The whole template, in which its parameters stand.</param>
    /// <param name="template">What was read from it.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static void Check(SettingMap map, SourceTemplate template, Problems problems)
    {
        var used = PlaceholdersOf(template.Definition).ToHashSet(StringComparer.Ordinal);
        var reader = new SettingReader((map["parameters"] as SettingMap) ?? new SettingMap(0, []), "parameters", problems);
        foreach (var parameter in template.Parameters.Where(parameter => !used.Contains(parameter.Name)))
        {
            problems.Add(reader.At(parameter.Name), $"is used nowhere: put '{{{parameter.Name}}}' where its value belongs, or remove it.");
        }
    }

    // A text with a brace too many is told by who reads it.
    private static IEnumerable<string> PlaceholdersOf(SettingNode? node) => node switch
    {
        SettingText text => SettingReader.Template(text, "", new Problems())?.Parts.Select(part => part.Name).OfType<string>() ?? [],
        SettingList list => list.Items.SelectMany(PlaceholdersOf),
        SettingMap map => map.Entries.Where(entry => !SettingKeys.IsCode(map, entry.Key)).SelectMany(entry => PlaceholdersOf(entry.Value)),
        _ => [],
    };
}
