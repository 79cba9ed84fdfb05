using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Timestamp;

/// <summary>Writes instants in another format.</summary>
internal sealed class TimestampProcessor(FieldPath[] paths, TimeFormat from, TimeFormat to, bool isNumber) : IProcessor
{
    private readonly FieldPath[] _scalars = [.. paths.Select(path => path.Only(FieldKinds.Scalars))];

    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "timestamp",
        "`paths`, `from` and `to` ([time formats](templates.md#time-formats); `iso8601`), `zone` of times without one",
        "Writes an instant in another format: to `unix-…` as a number, else as a text. What is neither text nor number stays; what is not of the format fails.",
        Read);

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var copied = 0;
        foreach (ref readonly var field in call.Search.Find(json, _scalars))
        {
            if (field.Slice(json) is not { Kind: JsonKind.String or JsonKind.Number } slice)
            {
                continue;
            }

            if (!from.TryRead(json, slice, out var time))
            {
                return call.Fail("the time is not written in the format that 'from' says");
            }

            call.Output.Write(json[copied..field.ValueStart]);
            if (isNumber)
            {
                call.Output.Write(System.Text.Encoding.ASCII.GetBytes(to.Write(time)));
            }
            else
            {
                call.Output.WriteText(to.Write(time));
            }

            copied = field.ValueEnd;
        }

        return call.End(json, copied);
    }

    private static TimestampProcessor Read(SettingReader reader, ProcessorSettings settings)
    {
        var to = reader.Text("to") ?? "iso8601";
        return new TimestampProcessor(reader.Fields("paths"), Format(reader, "from", reader.Text("zone")), Format(reader, "to", null), to.StartsWith("unix-", StringComparison.Ordinal));
    }

    private static TimeFormat Format(SettingReader reader, string key, string? zone)
    {
        if (TimeFormat.TryParse(reader.Text(key) ?? "iso8601", zone, out var format, out var error))
        {
            return format;
        }

        reader.Problems.Add(reader.At(key), error);
        return TimeFormat.Iso8601;
    }
}
