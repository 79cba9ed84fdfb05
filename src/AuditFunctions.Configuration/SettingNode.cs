namespace AuditFunctions.Configuration;

/// <summary>A node of a YAML or JSON text: a map, a list or a text, with the place where it stands. Immutable.</summary>
/// <param name="Line">Line in its file, from 1; 0 when it comes from a table column.</param>
public abstract record SettingNode(int Line);

/// <summary>Keys and their values, in the order in which they were written; keys are unique.</summary>
public sealed record SettingMap(int Line, IReadOnlyList<KeyValuePair<string, SettingNode>> Entries) : SettingNode(Line)
{
    /// <summary>The value of a key, or null when it is absent. Keys compare by case.</summary>
    public SettingNode? this[string key]
    {
        get
        {
            foreach (var entry in Entries)
            {
                if (entry.Key == key)
                {
                    return entry.Value;
                }
            }

            return null;
        }
    }
}

/// <summary>Items in order.</summary>
public sealed record SettingList(int Line, IReadOnlyList<SettingNode> Items) : SettingNode(Line);

/// <summary>A scalar, as text. <paramref name="Plain"/> tells that it was written without quotes, so that <c>100</c> may mean a number.</summary>
public sealed record SettingText(int Line, string Value, bool Plain) : SettingNode(Line)
{
    /// <summary>Whether this is YAML's null: nothing, <c>~</c> or <c>null</c> without quotes.</summary>
    public bool IsNull => Plain && Value is "" or "~" or "null" or "Null" or "NULL" && Plain;
}
