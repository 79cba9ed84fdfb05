using System.Buffers;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Texts;

namespace AuditFunctions.Sources.Processors.Redact;

/// <summary>Goes through every text, number and name of a JSON value once and replaces what fits a pattern; the rest keeps its bytes.</summary>
internal sealed class PatternScan(IReadOnlyList<IRedactionPattern> patterns, RedactedValue replacement)
{
    private static readonly SearchValues<byte> Starts = SearchValues.Create("\"-0123456789"u8);

    /// <summary>Writes the value.</summary>
    /// <returns>Whether something was replaced.</returns>
    public bool Write(ReadOnlySpan<byte> json, PooledBytes into, ExpressionTime time)
    {
        var copied = 0;
        var isChanged = false;
        for (var at = 0; json[at..].IndexOfAny(Starts) is var next and >= 0;)
        {
            at += next;
            var end = JsonExtent.EndOf(json, at);
            var slice = JsonSlice.Of(json, at, end);
            if (Replaced(json, slice, time) is { } text)
            {
                into.Write(json[copied..at]);
                into.WriteText(text);
                (copied, isChanged) = (end, true);
            }

            at = end;
        }

        into.Write(json[copied..]);
        return isChanged;
    }

    // Null: nothing of it fits.
    private string? Replaced(ReadOnlySpan<byte> json, JsonSlice slice, ExpressionTime time)
    {
        var raw = json.Slice(slice.Start, slice.Length);
        var isEscaped = raw.Contains((byte)'\\');
        string? text = null;
        var isChanged = false;
        foreach (var pattern in patterns)
        {
            // Most texts hold nothing that a pattern needs, and are not read any further.
            if (!isEscaped && !pattern.MayFit(raw))
            {
                continue;
            }

            text ??= JsonText.Unescape(json, slice);
            if (pattern.Replace(text, replacement, time) is { } replaced)
            {
                (text, isChanged) = (replaced, true);
            }
        }

        return isChanged ? text : null;
    }
}
