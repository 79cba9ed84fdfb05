using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Lookup;

/// <summary>Reads the keys of <see cref="LookupProcessor"/>.</summary>
internal static class LookupReader
{
    private const int MostRows = 1_000;

    /// <summary>Reads them.</summary>
    public static LookupProcessor Read(SettingReader reader, ProcessorSettings settings)
    {
        var paths = reader.Has("paths") && !reader.Has("path") ? reader.Fields("paths") : [reader.Field("path")];
        var target = reader.Required("into") is { Length: > 0 } text ? FieldSetting.Target(reader, "into", text) : null;
        var ignoreCase = reader.Flag("ignoreCase") ?? false;
        var otherwise = reader.Node("otherwise") is { } node ? Json(node) : null;
        string[] tables = ["table", "file", "snapshot"];
        if (tables.Count(reader.Has) != 1)
        {
            reader.Problems.Add(
                reader.At("table"),
                "is missing: a map of values to what is written, or 'file', the name of a lookup file, or 'snapshot', the source whose listing is the table; one of them.");
        }

        var file = reader.Has("file") ? TableFile.Read(reader, ignoreCase) : reader.Has("snapshot") ? TableFile.ReadListing(reader, ignoreCase) : null;
        if (file is not null)
        {
            settings.Files.Add(file);
        }

        if (reader.Has("path") && reader.Has("paths"))
        {
            reader.Problems.Add(reader.At("paths"), "stands beside 'path'; give one of them.");
        }

        var keys = file is null ? 1 : reader.Texts("key").Count;
        if (keys > 0 && keys != paths.Length)
        {
            reader.Problems.Add(reader.At(reader.Has("paths") ? "paths" : "key"), file is null ? $"holds {paths.Length} paths; a 'table' takes one." : $"holds {paths.Length} paths for {keys} columns in 'key'; give one for each.");
        }

        return new LookupProcessor(paths, target is null ? [] : [target], file is null ? ReadTable(reader, ignoreCase) : null, file, otherwise);
    }

    private static LookupTable ReadTable(SettingReader reader, bool ignoreCase)
    {
        var table = new LookupTable(ignoreCase);
        foreach (var (key, value) in reader.Map("table")?.All() ?? [])
        {
            table.Add(key, Json(value));
        }

        if (reader.Has("table") && table.Count is 0 or > MostRows)
        {
            reader.Problems.Add(reader.At("table"), $"holds {table.Count} rows; allowed: 1 to {MostRows}.");
        }

        return table;
    }

    private static byte[] Json(SettingNode node) => Encoding.UTF8.GetBytes(SettingJson.Write(node));
}
