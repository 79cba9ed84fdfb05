using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Conversion;

/// <summary>Makes a value one of another kind, or a text one in another case.</summary>
internal sealed class ConvertProcessor(FieldPath[] paths, string to, string separator) : IProcessor
{
    private readonly FieldPath[] _scalars = [.. paths.Select(path => path.Only(FieldKinds.Scalars))];

    private static readonly string[] Kinds = ["text", "number", "flag", "lower", "upper", "list"];

    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "convert",
        "`paths`, `to` (`text`, `number`, `flag`, `lower`, `upper` or `list`), `separator` of a list (`,`)",
        "Makes a text of a number or flag, a number or flag of a text, a text of one in lower or upper case, or a list of a text's parts without the blanks around them. A number keeps its digits. What is of another kind stays; a text that is no number, or no flag (`true`, `yes`, `on`, `1`, or `false`, `no`, `off`, `0`), fails.",
        Read);

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var copied = 0;
        foreach (ref readonly var field in call.Search.Find(json, _scalars))
        {
            var slice = field.Slice(json);
            if (!Takes(slice.Kind))
            {
                continue;
            }

            call.Output.Write(json[copied..field.ValueStart]);
            copied = field.ValueEnd;
            if (!TryWrite(JsonText.Unescape(json, slice), field.Value(json), call.Output))
            {
                return call.Fail($"the text is no {to}");
            }
        }

        return copied > 0 && call.End(json, copied) == ProcessorOutcome.Changed && !call.Output.WrittenSpan.SequenceEqual(json) ? ProcessorOutcome.Changed : ProcessorOutcome.Unchanged;
    }

    private bool Takes(JsonKind kind) => to switch
    {
        "text" => kind is JsonKind.Number or JsonKind.True or JsonKind.False,
        "flag" => kind is JsonKind.String or JsonKind.Number,
        _ => kind is JsonKind.String,
    };

    private bool TryWrite(string text, ReadOnlySpan<byte> json, PooledBytes into)
    {
        switch (to)
        {
            case "text":
                into.WriteText(text);
                return true;
            case "number":
                return TryWriteNumber(text.Trim(), into);
            case "flag":
                var flag = text.Trim().ToLowerInvariant();
                var isTrue = flag is "true" or "yes" or "on" or "1";
                into.Write(isTrue ? "true"u8 : "false"u8);
                return isTrue || flag is "false" or "no" or "off" or "0";
            case "lower" or "upper":
                var cased = to == "lower" ? text.ToLowerInvariant() : text.ToUpperInvariant();
                if (cased == text)
                {
                    into.Write(json);
                }
                else
                {
                    into.WriteText(cased);
                }

                return true;
            case "list":
                WriteParts(text, into);
                return true;
            default:
                throw new UnreachableException();
        }
    }

    private void WriteParts(string text, PooledBytes into)
    {
        into.Write("["u8);
        var count = 0;
        foreach (var part in text.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            into.Write(count++ > 0 ? ","u8 : ""u8);
            into.WriteText(part);
        }

        into.Write("]"u8);
    }

    // Its digits stay, so that none is lost; only what JSON does not take in front of a number goes: a plus and zeros.
    private static bool TryWriteNumber(string text, PooledBytes into)
    {
        var digits = text.StartsWith('-') || text.StartsWith('+') ? text[1..] : text;
        if (digits.Length == 0 || !char.IsAsciiDigit(digits[0]))
        {
            return false;
        }

        digits = digits.TrimStart('0');
        var number = Encoding.UTF8.GetBytes((text[0] == '-' ? "-" : "") + (digits.Length > 0 && char.IsAsciiDigit(digits[0]) ? digits : $"0{digits}"));
        into.Write(number);
        return IsNumber(number);
    }

    private static bool IsNumber(byte[] json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return reader.Read() && reader.TokenType == JsonTokenType.Number && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ConvertProcessor Read(SettingReader reader, ProcessorSettings settings)
    {
        if (!reader.Has("to"))
        {
            reader.Problems.Add(reader.At("to"), $"is missing; allowed: {string.Join(", ", Kinds)}.");
        }

        var separator = reader.Text("separator") ?? ",";
        if (separator.Length == 0)
        {
            reader.Problems.Add(reader.At("separator"), "is empty; give what stands between the parts, such as ','.");
        }

        return new ConvertProcessor(reader.Fields("paths"), reader.Choice("to", Kinds), separator.Length == 0 ? "," : separator);
    }
}
