using AuditFunctions.Configuration;

namespace AuditFunctions.Operations.Importing;

/// <summary>A map of a flicker configuration that knows which of its keys were used.</summary>
internal sealed class FlickerMap(SettingMap? map)
{
    private readonly HashSet<string> _used = ["name"];

    /// <summary>A value, used from now on; null when it is absent.</summary>
    public SettingNode? Take(string key) => map?[key] is { } node && node is not SettingText { IsNull: true } && _used.Add(key) | true ? node : null;

    /// <summary>The first of some keys that holds a text.</summary>
    public string? Text(params string[] keys) => keys.Select(key => map?[key] is SettingText ? Take(key) : null).OfType<SettingText>().FirstOrDefault()?.Value.Trim();

    /// <summary>The first of some keys that holds a map; an empty one when there is none.</summary>
    public FlickerMap Map(params string[] keys) => new(keys.Select(key => map?[key] is SettingMap ? Take(key) : null).OfType<SettingMap>().FirstOrDefault());

    /// <summary>Whether there is anything.</summary>
    public bool IsThere => map is { Entries.Count: > 0 };

    /// <summary>All names and texts, used from now on.</summary>
    public IEnumerable<(string Name, string Value)> Texts() =>
        (map?.Entries ?? []).Where(entry => entry.Value is SettingText && _used.Add(entry.Key) | true).Select(entry => (entry.Key, ((SettingText)entry.Value).Value.Trim()));

    /// <summary>Reports the keys that nothing used.</summary>
    public void NoteRest(RowImport import, string about, string prefix = "")
    {
        foreach (var (key, _) in (map?.Entries ?? []).Where(entry => !_used.Contains(entry.Key)))
        {
            import.Note(about, $"'{prefix}{key}' has no equivalent and is left out.");
        }
    }
}
