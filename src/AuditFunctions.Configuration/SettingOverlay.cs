namespace AuditFunctions.Configuration;

/// <summary>Lays one tree over another: maps are merged key by key, everything else is replaced, a null removes the key.</summary>
public static class SettingOverlay
{
    /// <summary>A tree without the lines of its file, for messages to those who do not see the file.</summary>
    public static SettingMap WithoutLines(SettingMap map) =>
        new(0, [.. map.Entries.Select(entry => KeyValuePair.Create(entry.Key, WithoutLines(entry.Value)))]);

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

    private static SettingNode WithoutLines(SettingNode node) => node switch
    {
        SettingMap map => WithoutLines(map),
        SettingList list => new SettingList(0, [.. list.Items.Select(WithoutLines)]),
        _ => node with { Line = 0 },
    };
}
