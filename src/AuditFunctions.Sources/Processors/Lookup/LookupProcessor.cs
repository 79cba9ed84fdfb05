using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Files;
using AuditFunctions.Sources.Processors.Texts;

namespace AuditFunctions.Sources.Processors.Lookup;

/// <summary>Adds what a table says of a value: one in the definition, or one in a file.</summary>
internal sealed class LookupProcessor(FieldPath[] paths, FieldPath[] into, LookupTable? table, LookupFile? file, byte[]? otherwise) : IProcessor
{
    private readonly FieldPath[][] _single = [.. paths.Select(path => new[] { path })];

    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "lookup",
        "`path`, or `paths` for a `key` of several columns; `into` (names only), `otherwise`, `ignoreCase`; `table`: a map of at most 1,000 values to what is written, or `file` (`.csv`, `.tsv` or `.jsonl`) with `key`, the column of the values or a list of one for each path, and `column` or `columns`, what is written; `separator` of a CSV file; or `snapshot`, a [listing](#listings-as-tables), with `key` and `column` or `columns`",
        "Writes what the table says of the value at the path, or of the values at all paths together. Without a row for it `otherwise` is written, or nothing. See [lookup files](#lookup-files).",
        LookupReader.Read);

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        if (!TryRead(json, call, out var key))
        {
            return ProcessorOutcome.Unchanged;
        }

        var rows = table;
        if (file is not null && (rows = call.Page.File<LookupTable>(file, out var problem)) is null)
        {
            return call.Fail(problem);
        }

        return ((key is null ? null : rows!.Find(key)) ?? otherwise) is not { } found ? ProcessorOutcome.Unchanged
            : call.Output.TryWriteWith(json, into, found, call.Search) ? ProcessorOutcome.Changed
            : call.Fail(FieldWriting.NoObject);
    }

    // Null as the key: something stands there that is no key.
    private bool TryRead(ReadOnlySpan<byte> json, ProcessorCall call, out string? key)
    {
        key = null;
        var values = new string?[paths.Length];
        for (var at = 0; at < paths.Length; at++)
        {
            if (call.Search.Find(json, _single[at], firstOnly: true) is not [var first, ..])
            {
                return false;
            }

            values[at] = first.Slice(json).Kind is JsonKind.Object or JsonKind.Array ? null : JsonText.Unescape(json, first.Slice(json));
        }

        key = values.Contains(null) ? null : string.Join(LookupTable.Between, values);
        return true;
    }
}
