using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace AuditFunctions.Events;

/// <summary>Reads what a <see cref="JsonSlice"/> says. For the few values that leave the byte level, such as a cursor.</summary>
public static class JsonText
{
    /// <summary>
    /// The text of a string with its escapes resolved; for a number or literal, and for an object or array, the bytes as they stand; empty
    /// for a missing value. Half of a surrogate pair becomes U+FFFD.
    /// </summary>
    public static string Unescape(ReadOnlySpan<byte> page, JsonSlice slice)
    {
        ReadOnlySpan<byte> raw = page.Slice(slice.Start, slice.Length);
        return slice.Kind == JsonKind.String ? Unescape(raw) : Encoding.UTF8.GetString(raw);
    }

    /// <summary>Reads a whole number from a number or a string of digits, with an optional minus sign.</summary>
    /// <returns>False for every other value, for a fraction or exponent, and beyond 64 bits.</returns>
    public static bool TryGetInt64(ReadOnlySpan<byte> page, JsonSlice slice, out long value)
    {
        value = 0;
        return slice.Kind is JsonKind.Number or JsonKind.String
            && Utf8Parser.TryParse(page.Slice(slice.Start, slice.Length), out value, out int consumed)
            && consumed == slice.Length;
    }

    /// <summary>
    /// Resolves the escapes of a string's bytes, which are known to be a valid JSON string, into UTF-8. Half of a surrogate pair keeps a
    /// form of its own (three bytes that UTF-8 does not have), so that two different texts never become one.
    /// </summary>
    /// <param name="raw">The bytes between the quotes.</param>
    /// <param name="into">Room for as many bytes.</param>
    /// <returns>How many were written.</returns>
    public static int UnescapeTo(ReadOnlySpan<byte> raw, Span<byte> into)
    {
        int written = 0;
        while (raw.IndexOf((byte)'\\') is var escape and >= 0)
        {
            raw[..escape].CopyTo(into[written..]);
            written += escape;
            int unit = Escaped(raw[(escape + 1)..], out int length);
            raw = raw[(escape + 1 + length)..];
            if (char.IsHighSurrogate((char)unit) && raw.StartsWith("\\u"u8) && Escaped(raw[1..], out length) is var low && char.IsLowSurrogate(low))
            {
                unit = char.ConvertToUtf32((char)unit, low);
                raw = raw[(1 + length)..];
            }

            written += WriteUtf8(unit, into[written..]);
        }

        raw.CopyTo(into[written..]);
        return written + raw.Length;
    }

    /// <summary>Resolves the escapes of a string's bytes, which are known to be a valid JSON string.</summary>
    public static string Unescape(ReadOnlySpan<byte> raw)
    {
        int escape = raw.IndexOf((byte)'\\');
        if (escape < 0)
        {
            return Encoding.UTF8.GetString(raw);
        }

        var text = new StringBuilder(raw.Length);
        while (escape >= 0)
        {
            text.Append(Encoding.UTF8.GetString(raw[..escape]));
            text.Append(Escaped(raw[(escape + 1)..], out int length));
            raw = raw[(escape + 1 + length)..];
            escape = raw.IndexOf((byte)'\\');
        }

        text.Append(Encoding.UTF8.GetString(raw));
        return ReplaceLoneSurrogates(text);
    }

    private static char Escaped(ReadOnlySpan<byte> text, out int length)
    {
        length = 1;
        if (text[0] == 'u')
        {
            length = 5;
            return (char)int.Parse(text.Slice(1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }

        return (char)text[0] switch
        {
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            char c => c,
        };
    }

    private static int WriteUtf8(int unit, Span<byte> into)
    {
        if (Rune.TryCreate(unit, out Rune rune))
        {
            return rune.EncodeToUtf8(into);
        }

        into[0] = (byte)(0xE0 | (unit >> 12));
        into[1] = (byte)(0x80 | ((unit >> 6) & 0x3F));
        into[2] = (byte)(0x80 | (unit & 0x3F));
        return 3;
    }

    private static string ReplaceLoneSurrogates(StringBuilder text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                text[i] = '\uFFFD';
            }
        }

        return text.ToString();
    }
}
