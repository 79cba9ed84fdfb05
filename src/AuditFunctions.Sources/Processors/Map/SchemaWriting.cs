using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Map.Schemas;

namespace AuditFunctions.Sources.Processors.Map;

/// <summary>Writes values as a schema wants them. What cannot be made into what a field takes is no value.</summary>
/// <param name="field">The field.</param>
/// <param name="format">How times are written in the event.</param>
/// <param name="isEpoch">Whether times are written as milliseconds since 1970, else as texts.</param>
internal sealed class SchemaWriting(SchemaField field, TimeFormat format, bool isEpoch)
{
    /// <summary>The value that stands for all others, where a field takes a number of a list.</summary>
    private const string Other = "99";

    private readonly byte[][] _allowed = [.. field.Allowed.Select(Encoding.UTF8.GetBytes)];
    private readonly bool _hasOther = field.Allowed.Contains(Other);

    /// <summary>Writes a value; a list of it where the field is a list.</summary>
    /// <returns>False when it is not one; then nothing is written.</returns>
    public bool TryWrite(ReadOnlySpan<byte> json, JsonSlice value, PooledBytes into)
    {
        if (!field.IsArray)
        {
            return TryWriteOne(json, value, into);
        }

        var before = into.Length;
        into.Write("["u8);
        var empty = into.Length;
        if (value.Kind == JsonKind.Array)
        {
            var elements = new JsonElements(json, value.Start);
            while (elements.Next())
            {
                TryAdd(json, JsonSlice.Of(json, elements.Start, elements.End), empty, into);
            }
        }
        else
        {
            TryAdd(json, value, empty, into);
        }

        if (into.Length == empty)
        {
            into.Truncate(before);
            return false;
        }

        into.Write("]"u8);
        return true;
    }

    /// <summary>Adds a value to a list, behind a comma where it is not the first.</summary>
    /// <param name="json">The event.</param>
    /// <param name="value">The value.</param>
    /// <param name="empty">Where the list starts, behind its bracket.</param>
    /// <param name="into">Takes it.</param>
    public void TryAdd(ReadOnlySpan<byte> json, JsonSlice value, int empty, PooledBytes into)
    {
        var before = into.Length;
        into.Write(before > empty ? ","u8 : ""u8);
        if (!TryWriteOne(json, value, into))
        {
            into.Truncate(before);
        }
    }

    private bool TryWriteOne(ReadOnlySpan<byte> json, JsonSlice value, PooledBytes into)
    {
        var raw = json.Slice(value.Start, value.Length);
        if (value.Kind is JsonKind.Missing or JsonKind.Null || (value.Kind == JsonKind.String && raw.IsEmpty))
        {
            return false;
        }

        var isNested = value.Kind is JsonKind.Object or JsonKind.Array;
        return field.Type switch
        {
            SchemaType.Json => WriteAsIs(raw, value.Kind, into),
            _ when isNested => false,
            SchemaType.Text => TryWriteText(raw, into),
            SchemaType.Integer => TryWriteInteger(json, value, into),
            SchemaType.Number => TryWriteNumber(raw, into),
            SchemaType.Flag => TryWriteFlag(raw, into),
            SchemaType.Time => format.TryRead(json, value, out var time) && WriteTime(time, into),
            SchemaType.Ip => TryWriteIp(JsonText.Unescape(json, value), into),
            _ => false,
        };
    }

    private static bool WriteAsIs(ReadOnlySpan<byte> raw, JsonKind kind, PooledBytes into)
    {
        var quote = kind == JsonKind.String ? "\""u8 : ""u8;
        into.Write(quote);
        into.Write(raw);
        into.Write(quote);
        return true;
    }

    private bool TryWriteText(ReadOnlySpan<byte> raw, PooledBytes into) =>
        IsAllowed(raw) && WriteAsIs(raw, JsonKind.String, into);

    private bool TryWriteInteger(ReadOnlySpan<byte> json, JsonSlice value, PooledBytes into)
    {
        if (!JsonText.TryGetInt64(json, value, out var number))
        {
            return false;
        }

        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, digits, out var length);
        var isAllowed = IsAllowed(digits[..length]);
        if (isAllowed || _hasOther)
        {
            into.Write(isAllowed ? digits[..length] : "99"u8);
        }

        return isAllowed || _hasOther;
    }

    private static bool TryWriteNumber(ReadOnlySpan<byte> raw, PooledBytes into)
    {
        if (!Utf8Parser.TryParse(raw, out double number, out var read) || read != raw.Length || !double.IsFinite(number))
        {
            return false;
        }

        into.Write(Encoding.ASCII.GetBytes(number.ToString("R", CultureInfo.InvariantCulture)));
        return true;
    }

    private static bool TryWriteFlag(ReadOnlySpan<byte> raw, PooledBytes into)
    {
        var isTrue = Ascii.EqualsIgnoreCase(raw, "true"u8) || raw is [(byte)'1'];
        if (!isTrue && !Ascii.EqualsIgnoreCase(raw, "false"u8) && raw is not [(byte)'0'])
        {
            return false;
        }

        into.Write(isTrue ? "true"u8 : "false"u8);
        return true;
    }

    /// <summary>Writes an instant.</summary>
    /// <returns>True.</returns>
    public bool WriteTime(DateTimeOffset time, PooledBytes into)
    {
        if (isEpoch)
        {
            Span<byte> digits = stackalloc byte[20];
            Utf8Formatter.TryFormat(time.ToUnixTimeMilliseconds(), digits, out var length);
            into.Write(digits[..length]);
        }
        else
        {
            into.WriteText(TimeFormat.Iso8601.Write(time));
        }

        return true;
    }

    // Some vendors write the port behind it.
    private static bool TryWriteIp(string text, PooledBytes into)
    {
        var port = text.IndexOf(':', StringComparison.Ordinal);
        var looksAlike = text.AsSpan().Count(':') > 1 || AddressText.IsDotted(port < 0 ? text : text.AsSpan(0, port));
        if (!looksAlike || !IPEndPoint.TryParse(text, out var point) || text.Contains('%', StringComparison.Ordinal))
        {
            return false;
        }

        into.WriteText(point.Address.ToString());
        return true;
    }

    private bool IsAllowed(ReadOnlySpan<byte> raw)
    {
        foreach (var allowed in _allowed)
        {
            if (raw.SequenceEqual(allowed))
            {
                return true;
            }
        }

        return _allowed.Length == 0;
    }
}
