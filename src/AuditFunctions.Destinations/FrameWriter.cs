using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace AuditFunctions.Destinations;

/// <summary>Writes an event's frame into a span that is large enough.</summary>
internal ref struct FrameWriter(Span<byte> span)
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create([.. "\"\\"u8, .. Enumerable.Range(0, ' ').Select(code => (byte)code)]);
    private static readonly SearchValues<char> EscapedChars = SearchValues.Create([.. "\"\\", .. Enumerable.Range(0, ' ').Select(code => (char)code)]);
    private static readonly SearchValues<byte> LongEscaped = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(code => (byte)code).Except("\t\n\r"u8.ToArray())]);
    private readonly Span<byte> _span = span;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Writes bytes as they are.</summary>
    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_span[Length..]);
        Length += bytes.Length;
    }

    /// <summary>Writes JSON without line breaks: they can stand between its tokens only, where they mean nothing, and become spaces.</summary>
    public void WriteOneLine(scoped ReadOnlySpan<byte> json)
    {
        while (json.IndexOfAny((byte)'\n', (byte)'\r') is var at and >= 0)
        {
            Write(json[..at]);
            Write(" "u8);
            json = json[(at + 1)..];
        }

        Write(json);
    }

    /// <summary>Writes one of our names, which needs no JSON escapes: a source's, which its row's reader has checked. A partition's is the vendor's.</summary>
    public void WriteText(string name) => Length += Encoding.UTF8.GetBytes(name, _span[Length..]);

    /// <summary>Most bytes that <see cref="WriteJsonText(ReadOnlySpan{byte})"/> writes for a text.</summary>
    public static int JsonTextBytes(ReadOnlySpan<byte> text) => text.Length * (text.ContainsAny(LongEscaped) ? 6 : 2);

    /// <summary>Writes a text as the inside of a JSON string; nothing but quotes, backslashes and control characters is escaped.</summary>
    public void WriteJsonText(scoped ReadOnlySpan<byte> text)
    {
        while (text.IndexOfAny(Escaped) is var at and >= 0)
        {
            Write(text[..at]);
            Escape(text[at]);
            text = text[(at + 1)..];
        }

        Write(text);
    }

    /// <summary>Writes a text as the inside of a JSON string.</summary>
    public void WriteJsonText(string text)
    {
        if (text.AsSpan().ContainsAny(EscapedChars))
        {
            WriteJsonText(Encoding.UTF8.GetBytes(text));
            return;
        }

        WriteText(text);
    }

    /// <summary>Writes bytes in base64.</summary>
    public void WriteBase64(scoped ReadOnlySpan<byte> bytes)
    {
        Base64.EncodeToUtf8(bytes, _span[Length..], out _, out var written);
        Length += written;
    }

    /// <summary>Writes a whole number.</summary>
    public void WriteNumber(long number)
    {
        Utf8Formatter.TryFormat(number, _span[Length..], out var written);
        Length += written;
    }

    /// <summary>Writes a number of protobuf, seven bits a byte.</summary>
    public void WriteVarint(int value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _span[Length++] = (byte)(value | 0x80);
        }

        _span[Length++] = (byte)value;
    }

    /// <summary>Writes the start of a field of protobuf whose content has a length.</summary>
    public void WriteTag(byte tag, int length)
    {
        _span[Length++] = tag;
        WriteVarint(length);
    }

    /// <summary>Writes seconds since 1970 as a plain decimal, with as many of seven fraction digits as the instant has.</summary>
    public void WriteSeconds(DateTimeOffset instant)
    {
        var ticks = instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        if (ticks < 0)
        {
            Write("-"u8);
            ticks = -ticks;
        }

        Utf8Formatter.TryFormat(ticks / TimeSpan.TicksPerSecond, _span[Length..], out var written);
        Length += written;
        var fraction = (int)(ticks % TimeSpan.TicksPerSecond);
        if (fraction > 0)
        {
            Write("."u8);
            Utf8Formatter.TryFormat(fraction, _span[Length..], out written, new System.Buffers.StandardFormat('D', 7));
            while (_span[Length + written - 1] == '0')
            {
                written--;
            }

            Length += written;
        }
    }

    /// <summary>Writes an instant as <c>2026-01-02T03:04:05.1234567Z</c>.</summary>
    public void WriteInstant(DateTimeOffset instant)
    {
        instant.UtcDateTime.TryFormat(_span[Length..], out var written, "O");
        Length += written;
    }

    private void Escape(byte code)
    {
        switch (code)
        {
            case (byte)'"' or (byte)'\\':
                _span[Length++] = (byte)'\\';
                _span[Length++] = code;
                break;
            case (byte)'\n':
                Write("\\n"u8);
                break;
            case (byte)'\r':
                Write("\\r"u8);
                break;
            case (byte)'\t':
                Write("\\t"u8);
                break;
            default:
                Write("\\u00"u8);
                Utf8Formatter.TryFormat(code, _span[Length..], out var written, new StandardFormat('x', 2));
                Length += written;
                break;
        }
    }
}
