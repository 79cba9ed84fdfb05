using AuditFunctions.Configuration;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Definition.Planned;

/// <summary>Checks values that several planned parts have.</summary>
internal static class PlannedValues
{
    /// <summary>A JSON path that must be there.</summary>
    public static void RequiredPath(SettingReader reader, string key) => CheckPath(reader.Required(key), reader.At(key), reader.Problems);

    /// <summary>A JSON path that may be there.</summary>
    public static void Path(SettingReader reader, string key)
    {
        if (reader.Text(key) is { } text)
        {
            CheckPath(text, reader.At(key), reader.Problems);
        }
    }

    /// <summary>One path or several.</summary>
    public static void Paths(SettingReader reader, string key)
    {
        foreach (var text in reader.Texts(key))
        {
            CheckPath(text, reader.At(key), reader.Problems);
        }
    }

    /// <summary>Names with paths.</summary>
    public static void NamedPaths(SettingReader reader, string key)
    {
        if (reader.Map(key) is { } map)
        {
            foreach (var (name, _) in map.All())
            {
                RequiredPath(map, name);
            }
        }
    }

    /// <summary>Names with any text, placeholders allowed.</summary>
    public static void NamedTemplates(SettingReader reader, string key)
    {
        if (reader.Map(key) is { } map)
        {
            foreach (var (name, _) in map.All())
            {
                map.Template(name);
            }
        }
    }

    /// <summary>A text that must be there, placeholders allowed.</summary>
    public static void RequiredTemplate(SettingReader reader, string key)
    {
        if (reader.Template(key) is null && !reader.Has(key))
        {
            reader.Problems.Add(reader.At(key), "is missing.");
        }
    }

    /// <summary>A whole number that must be there.</summary>
    public static void Integer(SettingReader reader, string key, int min, int max)
    {
        if (reader.Integer(key, min, max) is null && !reader.Has(key))
        {
            reader.Problems.Add(reader.At(key), "is missing.");
        }
    }

    /// <summary>A list of maps, each read alike.</summary>
    public static void Maps(SettingReader reader, string key, Action<SettingReader> read)
    {
        foreach (var node in reader.List(key))
        {
            if (node is SettingMap map)
            {
                var item = reader.Item(key, map);
                read(item);
                item.Finish();
            }
            else
            {
                reader.Problems.Add(reader.At(key), "must be a list of maps.");
            }
        }
    }

    private static void CheckPath(string text, string where, Problems problems)
    {
        if (text.Length > 0 && !JsonPath.TryParse(text, out _, out var error))
        {
            problems.Add(where, error);
        }
    }
}
