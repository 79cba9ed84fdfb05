using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Texts;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Redact;

/// <summary>Replaces whole values, or what fits a pattern in texts, numbers and names.</summary>
internal sealed class RedactProcessor(HiddenFields fields, IReadOnlyList<IRedactionPattern> patterns, RedactedValue replacement) : IProcessor
{
    private const int MostKept = 32;

    private readonly PatternScan? _scan = patterns.Count > 0 ? new PatternScan(patterns, replacement) : null;

    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "redact",
        "`paths`, `patterns` (`email`, `ipv4`, `ipv6`, `card`, `token`) and `regex`; `with` (`[redacted]`), `keepLast` (0 to 32 characters)",
        "Replaces the values at the paths; with patterns or a regex what fits them, in every text, number and name of the event, or of the paths where there are any.",
        Read);

    /// <inheritdoc/>
    public bool Hides => true;

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var time = new ExpressionTime(call.Page.Clock);
        if (_scan is not null && fields.IsEmpty)
        {
            return _scan.Write(json, call.Output, time) ? ProcessorOutcome.Changed : ProcessorOutcome.Unchanged;
        }

        var copied = 0;
        var isChanged = false;
        foreach (ref readonly var field in call.Search.Find(json, fields.In(call)))
        {
            call.Output.Write(json[copied..field.ValueStart]);
            isChanged |= Write(json, field, call.Output, time);
            copied = field.ValueEnd;
        }

        call.Output.Write(json[copied..]);
        return isChanged ? ProcessorOutcome.Changed : ProcessorOutcome.Unchanged;
    }

    private bool Write(ReadOnlySpan<byte> json, in FieldMatch field, PooledBytes into, ExpressionTime time)
    {
        if (_scan is not null)
        {
            return _scan.Write(field.Value(json), into, time);
        }

        var slice = field.Slice(json);
        if (RedactedValue.SaysNothing(slice))
        {
            into.Write(field.Value(json));
            return false;
        }

        into.WriteText(slice.Kind is JsonKind.String or JsonKind.Number ? replacement.Of(JsonText.Unescape(json, slice)) : replacement.Text);
        return true;
    }

    private static RedactProcessor Read(SettingReader reader, ProcessorSettings settings)
    {
        var fields = reader.Has("paths") ? HiddenFields.Read(reader, settings) : HiddenFields.None;
        var patterns = new List<IRedactionPattern>();
        foreach (var name in reader.Texts("patterns"))
        {
            if (RedactionPatterns.Find(name) is { } pattern)
            {
                patterns.Add(pattern);
            }
            else
            {
                reader.Problems.Add(reader.At("patterns"), $"holds '{name}'; allowed: {string.Join(", ", RedactionPatterns.Names)}.");
            }
        }

        if (reader.Regex("regex", reader.Flag("ignoreCase") ?? false) is { } expression)
        {
            patterns.Add(new RegexPattern("regex", expression));
        }

        if (!reader.Has("paths") && !reader.Has("patterns") && !reader.Has("regex"))
        {
            reader.Problems.Add(reader.At("paths"), "is missing: name paths, patterns or a regex.");
        }

        return new RedactProcessor(fields, patterns, new RedactedValue(reader.Text("with") ?? "[redacted]", reader.Integer("keepLast", 0, MostKept) ?? 0));
    }
}
