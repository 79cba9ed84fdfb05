using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads <c>snapshot.keep</c>: a list of paths, each under its last name, or a map from names to paths.</summary>
internal static class KeepReader
{
    private const string Key = "keep";
    private const int MostFields = 20;

    /// <summary>Reads them, each with its path as text.</summary>
    public static IReadOnlyList<(KeptField Field, string Text)> Read(SettingReader snapshot)
    {
        if (!snapshot.Has(Key))
        {
            return [];
        }

        var kept = snapshot.Node(Key) is SettingMap ? Named(snapshot.Map(Key)!) : Listed(snapshot);
        if (kept.Count is 0 or > MostFields)
        {
            snapshot.Problems.Add(snapshot.At(Key), $"names {kept.Count} fields; allowed: 1 to {MostFields}.");
        }

        foreach (var twice in kept.GroupBy(one => one.Name, StringComparer.Ordinal).Where(group => group.Skip(1).Any()))
        {
            snapshot.Problems.Add(snapshot.At(Key), $"has two fields '{twice.Key}'; write a map, which gives each path a name: 'keep: {{ {twice.Key}: {twice.First().Text}, ... }}'.");
        }

        return [.. kept.Select(one => Field(snapshot, one.Name, one.Text)).OfType<(KeptField, string)>()];
    }

    private static List<(string Name, string Text)> Listed(SettingReader snapshot)
    {
        var found = new List<(string, string)>();
        foreach (var text in snapshot.Texts(Key))
        {
            if (NameOf(text) is { } name)
            {
                found.Add((name, text));
            }
            else
            {
                snapshot.Problems.Add(snapshot.At(Key), $"'{text}' does not end with a name; write a map, which gives it one: 'keep: {{ name: {text} }}'.");
            }
        }

        return found;
    }

    private static List<(string Name, string Text)> Named(SettingReader map)
    {
        var found = new List<(string, string)>();
        foreach (var (name, _) in map.All())
        {
            if (name.Length > 0 && map.Text(name) is { } text)
            {
                found.Add((name, text));
            }
        }

        return found;
    }

    // What is no path is reported where it is parsed.
    private static string? NameOf(string text) =>
        !JsonPath.TryParse(text, out var path, out _) ? text
        : path.Steps is [.., { Kind: PathStepKind.Name } last] ? last.Name.Text
        : null;

    private static (KeptField, string)? Field(SettingReader snapshot, string name, string text)
    {
        if (FieldSetting.Parse(snapshot, Key, text) is not { } path)
        {
            return null;
        }

        if (path.IsRoot || !JsonPath.TryParse(text, out _, out _))
        {
            snapshot.Problems.Add(snapshot.At(Key), $"'{text}' is not a path to one field; name a member, such as 'profile.department'.");
            return null;
        }

        return (new KeptField(name, path), text);
    }
}
