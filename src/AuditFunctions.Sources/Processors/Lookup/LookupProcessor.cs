using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Files;
using AuditFunctions.Sources.Processors.Texts;

namespace AuditFunctions.Sources.Processors.Lookup;

/// <summary>Adds what a table says of a value: one in the definition, or one in a file.</summary>
internal sealed class LookupProcessor(FieldPath[] path, FieldPath[] into, LookupTable? table, LookupFile? file, byte[]? otherwise) : IProcessor
{
    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "lookup",
        "`path`, `into` (names only), `otherwise`, `ignoreCase`; `table`: a map of at most 1,000 values to what is written, or `file` (`.csv`, `.tsv` or `.jsonl`) with `key`, the column of the values, and `column` or `columns`, what is written; `separator` of a CSV file; or `snapshot`, a [listing](#listings-as-tables), with `key` and `column` or `columns`",
        "Writes what the table says of the value at the path. Without a row for it `otherwise` is written, or nothing. See [lookup files](#lookup-files).",
        LookupReader.Read);

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        if (call.Search.Find(json, path, firstOnly: true) is not [var first, ..])
        {
            return ProcessorOutcome.Unchanged;
        }

        var rows = table;
        if (file is not null && (rows = call.Page.File<LookupTable>(file, out var problem)) is null)
        {
            return call.Fail(problem);
        }

        var value = first.Slice(json).Kind is JsonKind.Object or JsonKind.Array ? null : rows!.Find(JsonText.Unescape(json, first.Slice(json)));
        return (value ?? otherwise) is not { } found ? ProcessorOutcome.Unchanged
            : call.Output.TryWriteWith(json, into, found, call.Search) ? ProcessorOutcome.Changed
            : call.Fail(FieldWriting.NoObject);
    }
}
