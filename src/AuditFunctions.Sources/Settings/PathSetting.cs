using AuditFunctions.Configuration;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Settings;

/// <summary>Reads settings that are paths into JSON.</summary>
internal static class PathSetting
{
    /// <summary>The path that a key holds; null when it is absent or wrong.</summary>
    public static JsonPath? Path(this SettingReader reader, string key) => reader.Text(key) is { } text ? reader.Path(key, text) : null;

    /// <summary>A text of a key as a path; null when it is not one, which is then a problem of the key.</summary>
    public static JsonPath? Path(this SettingReader reader, string key, string text)
    {
        if (JsonPath.TryParse(text, out var path, out var error))
        {
            return path;
        }

        reader.Problems.Add(reader.At(key), error);
        return null;
    }
}
