using System.Globalization;
using AuditFunctions.Configuration;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Truncate;

/// <summary>Cuts texts that are too long.</summary>
internal sealed class TruncateProcessor(HiddenFields fields, int most, string mark) : IProcessor
{
    private const int Longest = 1_000_000;

    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "truncate",
        "`paths`, `characters` (0 to 1,000,000), `with` (`…`)",
        "Cuts a text after so many characters and marks the place. What is no text stays.",
        Read);

    /// <inheritdoc/>
    public bool Hides => true;

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var copied = 0;
        foreach (ref readonly var field in call.Search.Find(json, fields.In(call)))
        {
            // A character takes a byte or more.
            if (field.Slice(json) is not { Kind: JsonKind.String } slice || slice.Length <= most || Cut(JsonText.Unescape(json, slice)) is not { } text)
            {
                continue;
            }

            call.Output.Write(json[copied..field.ValueStart]);
            call.Output.WriteText(text);
            copied = field.ValueEnd;
        }

        return call.End(json, copied);
    }

    private string? Cut(string text)
    {
        var at = 0;
        for (var count = 0; at < text.Length; count++)
        {
            if (count == most)
            {
                return string.Concat(text.AsSpan(0, at), mark);
            }

            at += StringInfo.GetNextTextElementLength(text, at);
        }

        return null;
    }

    private static TruncateProcessor Read(SettingReader reader, ProcessorSettings settings)
    {
        if (!reader.Has("characters"))
        {
            reader.Problems.Add(reader.At("characters"), "is missing: after how many characters a text is cut.");
        }

        return new TruncateProcessor(HiddenFields.Read(reader, settings, FieldKinds.Texts), reader.Integer("characters", 0, Longest) ?? Longest, reader.Text("with") ?? "…");
    }
}
