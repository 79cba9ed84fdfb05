namespace AuditFunctions.Configuration;

/// <summary>Lays one tree over another: maps are merged key by key, everything else is replaced, a null removes the key.</summary>
public static class SettingOverlay
{
    /// <summary>Lays <paramref name="over"/> over <paramref name="under"/>.</summary>
    public static SettingMap Lay(SettingMap over, SettingMap under)
    {
        var entries = new List<KeyValuePair<string, SettingNode>>();
        foreach (var (key, value) in under.Entries)
        {
            var replacement = over[key];
            if (replacement is null)
            {
                entries.Add(new(key, value));
            }
            else if (replacement is SettingMap overMap && value is SettingMap underMap)
            {
                entries.Add(new(key, Lay(overMap, underMap)));
            }
            else if (replacement is not SettingText { IsNull: true })
            {
                entries.Add(new(key, replacement));
            }
        }

        foreach (var (key, value) in over.Entries)
        {
            if (under[key] is null && value is not SettingText { IsNull: true })
            {
                entries.Add(new(key, value));
            }
        }

        return new SettingMap(over.Line, entries);
    }
}
