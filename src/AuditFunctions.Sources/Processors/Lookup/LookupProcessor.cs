using System.Collections.Frozen;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Texts;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Lookup;

/// <summary>Adds what a table in the definition says of a value.</summary>
internal sealed class LookupProcessor(FieldPath[] path, FieldPath[] into, FrozenDictionary<string, byte[]> table, byte[]? otherwise) : IProcessor
{
    private const int MostRows = 1_000;

    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "lookup",
        "`path`, `into` (names only), `table`: a map of at most 1,000 values to what is written, `otherwise`",
        "Writes what the table says of the value at the path. Without a row for it `otherwise` is written, or nothing.",
        Read);

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        if (call.Search.Find(json, path) is not [var first, ..])
        {
            return ProcessorOutcome.Unchanged;
        }

        var value = first.Slice(json).Kind is JsonKind.Object or JsonKind.Array ? null : table.GetValueOrDefault(JsonText.Unescape(json, first.Slice(json)));
        return (value ?? otherwise) is not { } found ? ProcessorOutcome.Unchanged
            : call.Output.TryWriteWith(json, into, found, call.Search) ? ProcessorOutcome.Changed
            : call.Fail(FieldWriting.NoObject);
    }

    private static LookupProcessor Read(SettingReader reader, ProcessorSettings settings)
    {
        var path = reader.Field("path");
        var target = reader.Required("into") is { Length: > 0 } text ? FieldSetting.Target(reader, "into", text) : null;
        var table = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (key, value) in reader.Map("table")?.All() ?? [])
        {
            table[key] = Json(value);
        }

        if (table.Count is 0 or > MostRows)
        {
            reader.Problems.Add(reader.At("table"), $"holds {table.Count} rows; allowed: 1 to {MostRows}.");
        }

        return new LookupProcessor([path], target is null ? [] : [target], table.ToFrozenDictionary(StringComparer.Ordinal), reader.Node("otherwise") is { } node ? Json(node) : null);
    }

    private static byte[] Json(SettingNode node) => Encoding.UTF8.GetBytes(SettingJson.Write(node));
}
