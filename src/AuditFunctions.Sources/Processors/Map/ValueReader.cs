using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Conditions;
using AuditFunctions.Sources.Processors.Lookup;
using AuditFunctions.Sources.Processors.Map.Schemas;
using AuditFunctions.Sources.Processors.Texts;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Map;

/// <summary>
/// Reads the value of a field: a path, a number or flag, a list of ways of which the first that leads to a value counts, or a map that says more.
/// </summary>
/// <param name="paths">Takes the paths.</param>
/// <param name="isEpoch">Whether times are written as milliseconds since 1970.</param>
internal sealed class ValueReader(PathTree paths, bool isEpoch)
{
    /// <summary>Reads it.</summary>
    /// <param name="reader">The map of fields.</param>
    /// <param name="key">The field's key in it.</param>
    /// <param name="node">What stands there.</param>
    /// <param name="field">The field.</param>
    public MappedValue Read(SettingReader reader, string key, SettingNode node, SchemaField field)
    {
        var ways = new List<Way>();
        if (node is SettingList list)
        {
            for (var at = 0; at < list.Items.Count; at++)
            {
                var name = $"{key}[{at}]";
                ways.Add(ReadWay(new SettingReader(new SettingMap(list.Items[at].Line, [new(name, list.Items[at])]), reader.Where, reader.Problems), name, list.Items[at], field));
            }
        }
        else
        {
            ways.Add(ReadWay(reader, key, node, field));
        }

        return new MappedValue(ways);
    }

    private Way ReadWay(SettingReader reader, string key, SettingNode node, SchemaField field)
    {
        switch (node)
        {
            case SettingText { Plain: true } text when SettingJson.Write(text) == text.Value:
                return new Way(Writing(field, TimeFormat.Iso8601)) { Constant = Constant(reader, key, text, field) };
            case SettingText:
                return new Way(Writing(field, TimeFormat.Iso8601)) { Slots = Slots(reader, key) };
            case SettingMap when reader.Map(key) is { } map:
                var way = ReadMap(map, field);
                map.Finish();
                return way;
            default:
                reader.Problems.Add(reader.At(key), "must be a path, a number, a flag, a map, or a list of those.");
                return new Way(Writing(field, TimeFormat.Iso8601));
        }
    }

    private Way ReadMap(SettingReader map, SchemaField field)
    {
        var way = new Way(Writing(field, ReadFormat(map))) { When = ConditionReader.Read(map, "when") };
        string[] kinds = [.. ((string[])["path", "value", "text", "all"]).Where(map.Has)];
        if (kinds.Length != 1)
        {
            map.Problems.Add(map.Where, "takes one of path, value, text and all.");
            return way;
        }

        switch (kinds[0])
        {
            case "value":
                return way with { Constant = Constant(map, "value", map.Node("value")!, field) };
            case "text":
                return way with { Text = ReadText(map) };
            case "all":
                if (!field.IsArray)
                {
                    map.Problems.Add(map.At("all"), "is for fields that are lists, and this one is not.");
                }

                return way with { All = field.Type == SchemaType.Json ? map.Fields("all") : [.. map.Fields("all").Select(path => path.Only(FieldKinds.Scalars))] };
            default:
                return ReadTable(map, field, way with { Slots = Slots(map, "path") });
        }
    }

    private static Way ReadTable(SettingReader map, SchemaField field, Way way)
    {
        var otherwise = map.Node("otherwise");
        if (map.Map("table") is not { } rows)
        {
            if (otherwise is not null)
            {
                map.Problems.Add(map.At("otherwise"), "is for a table; for another value write a list.");
            }

            return way;
        }

        var table = new LookupTable(map.Flag("ignoreCase") ?? false);
        foreach (var (value, node) in rows.All())
        {
            table.Add(value, Constant(rows, value, node, field) ?? []);
        }

        if (table.Count is 0 or > MapLimits.MostRows)
        {
            map.Problems.Add(map.At("table"), $"holds {table.Count} rows; allowed: 1 to {MapLimits.MostRows}.");
        }

        return way with { Table = table, Otherwise = otherwise is null ? null : Constant(map, "otherwise", otherwise, field) };
    }

    private int[] Slots(SettingReader reader, string key)
    {
        int[] slots = [.. reader.Texts(key).Select(text => reader.Path(key, text)).OfType<JsonPath>().Select(paths.Add)];
        if (paths.Count > MapLimits.MostPaths)
        {
            reader.Problems.Add(reader.At(key), $"is one path too many; allowed: {MapLimits.MostPaths}.");
        }

        return slots;
    }

    private static FieldText? ReadText(SettingReader map)
    {
        if (map.Text("text") is not { } text)
        {
            return null;
        }

        if (FieldText.TryParse(text, out var parsed, out var error))
        {
            return parsed;
        }

        map.Problems.Add(map.At("text"), error);
        return null;
    }

    private static TimeFormat ReadFormat(SettingReader map)
    {
        if (TimeFormat.TryParse(map.Text("format") ?? "iso8601", map.Text("zone"), out var format, out var error))
        {
            return format;
        }

        map.Problems.Add(map.At("format"), error);
        return TimeFormat.Iso8601;
    }

    // What the schema does not take is found when the definition is read.
    private static byte[]? Constant(SettingReader reader, string key, SettingNode node, SchemaField field)
    {
        var json = Encoding.UTF8.GetBytes(SettingJson.Write(node));
        using var into = new PooledBytes();
        if (new SchemaWriting(field, TimeFormat.Iso8601, isEpoch: true).TryWrite(json, JsonSlice.Of(json, 0, json.Length), into)
            && (field.Allowed.Count == 0 || node is not SettingText text || field.Allowed.Contains(text.Value))
            && (node is not SettingList list || !field.IsArray || Count(into.WrittenSpan) == list.Items.Count))
        {
            return into.WrittenSpan.ToArray();
        }

        var allowed = field.Allowed.Count > 0 ? string.Join(", ", field.Allowed) : $"what is {Words(field.Type)}";
        reader.Problems.Add(reader.At(key), $"is no value that the field takes; allowed: {allowed}.");
        return null;
    }

    private static int Count(ReadOnlySpan<byte> list)
    {
        var count = 0;
        var elements = new JsonElements(list, 0);
        while (elements.Next())
        {
            count++;
        }

        return count;
    }

    private static string Words(SchemaType type) => type switch
    {
        SchemaType.Text => "a text",
        SchemaType.Integer => "a whole number",
        SchemaType.Number => "a number",
        SchemaType.Flag => "true or false",
        SchemaType.Time => "an instant",
        SchemaType.Ip => "an IP address",
        _ => "JSON",
    };

    private SchemaWriting Writing(SchemaField field, TimeFormat format) => new(field, format, isEpoch);
}
