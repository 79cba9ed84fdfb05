using AuditFunctions.Configuration;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Settings;

/// <summary>Reads settings that are paths to fields of an event.</summary>
internal static class FieldSetting
{
    /// <summary>Most paths of one key.</summary>
    public const int MostPaths = 100;

    /// <summary>The paths of a key that must be there.</summary>
    public static FieldPath[] Fields(this SettingReader reader, string key)
    {
        var texts = reader.Texts(key);
        if (texts.Count is 0 or > MostPaths)
        {
            reader.Problems.Add(reader.At(key), texts.Count == 0 ? "is missing: name a path, or a list of them." : $"holds {texts.Count} paths; allowed: {MostPaths}.");
            return [];
        }

        return [.. texts.Select(text => Parse(reader, key, text)).OfType<FieldPath>()];
    }

    /// <summary>The one path of a key that must be there; the event itself when it is wrong, which is a problem.</summary>
    public static FieldPath Field(this SettingReader reader, string key)
    {
        var text = reader.Required(key);
        return (text.Length == 0 ? null : Parse(reader, key, text)) ?? Root;
    }

    /// <summary>A path as text; null when it is not one, which is a problem of the key.</summary>
    public static FieldPath? Parse(SettingReader reader, string key, string text)
    {
        if (FieldPath.TryParse(text, out var path, out var error))
        {
            return path;
        }

        reader.Problems.Add(reader.At(key), error);
        return null;
    }

    /// <summary>A path that a value is written to: names only. Null when it is not one, which is a problem of the key.</summary>
    public static FieldPath? Target(SettingReader reader, string key, string text)
    {
        if (Parse(reader, key, text) is not { } path)
        {
            return null;
        }

        if (path.Names is { Count: > 0 })
        {
            return path;
        }

        reader.Problems.Add(reader.At(key), $"'{text}' is not a place to write to: names joined by '.' are.");
        return null;
    }

    private static FieldPath Root { get; } = FieldPath.TryParse("$", out var root, out _) ? root : throw new System.Diagnostics.UnreachableException();
}
