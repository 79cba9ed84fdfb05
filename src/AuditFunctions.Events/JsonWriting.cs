using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace AuditFunctions.Events;

/// <summary>Writes JSON by bytes: texts with as few escapes as JSON allows, and members taken out of what stands around them.</summary>
public static class JsonWriting
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, ' ').Select(c => (byte)c)]);

    /// <summary>Writes a text in quotes. Half of a surrogate pair becomes U+FFFD.</summary>
    public static void WriteText(this PooledBytes into, ReadOnlySpan<char> text)
    {
        into.Write("\""u8);
        while (text.IndexOfAnyInRange('\0', '\u001f') is var control && text.IndexOfAny('"', '\\') is var special && (control >= 0 || special >= 0))
        {
            var at = control < 0 ? special : special < 0 ? control : Math.Min(control, special);
            Write(into, text[..at]);
            WriteEscape(into, text[at]);
            text = text[(at + 1)..];
        }

        Write(into, text);
        into.Write("\""u8);
    }

    /// <summary>Writes JSON as a text in quotes, so that reading the text gives the same bytes.</summary>
    public static void WriteJsonAsText(this PooledBytes into, ReadOnlySpan<byte> json)
    {
        into.Write("\""u8);
        while (json.IndexOfAny(Escaped) is var at and >= 0)
        {
            into.Write(json[..at]);
            WriteEscape(into, (char)json[at]);
            json = json[(at + 1)..];
        }

        into.Write(json);
        into.Write("\""u8);
    }

    /// <summary>Writes a text in UTF-8 in quotes, without making a text of .NET of it where it is valid. What is not valid becomes U+FFFD.</summary>
    public static void WriteUtf8AsText(this PooledBytes into, ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
        {
            into.WriteJsonAsText(text);
        }
        else
        {
            into.WriteText(Encoding.UTF8.GetString(text));
        }
    }

    /// <summary>Copies an event without some of its members or elements, each with one comma.</summary>
    /// <param name="into">Takes the copy.</param>
    /// <param name="json">The event.</param>
    /// <param name="gone">What is left out, in the order of the event, none inside another.</param>
    public static void WriteWithout(this PooledBytes into, ReadOnlySpan<byte> json, ReadOnlySpan<FieldMatch> gone)
    {
        var copied = 0;
        foreach (ref readonly var field in gone)
        {
            var (from, to) = Extent(json, field, copied);
            into.Write(json[copied..from]);
            copied = to;
        }

        into.Write(json[copied..]);
    }

    // With the comma before it; the first of its neighbours goes with the one behind it.
    private static (int From, int To) Extent(ReadOnlySpan<byte> json, in FieldMatch field, int copied)
    {
        var before = json[copied..field.Start].LastIndexOfAnyExcept(" \t\r\n"u8);
        if (before >= 0 && json[copied + before] == ',')
        {
            return (copied + before, field.ValueEnd);
        }

        var after = JsonExtent.SkipSpace(json, field.ValueEnd);
        return (field.Start, after < json.Length && json[after] == ',' ? after + 1 : field.ValueEnd);
    }

    private static void Write(PooledBytes into, ReadOnlySpan<char> text)
    {
        var written = Encoding.UTF8.GetBytes(text, into.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));
        into.Advance(written);
    }

    private static void WriteEscape(PooledBytes into, char c)
    {
        switch (c)
        {
            case '"' or '\\':
                into.Write([(byte)'\\', (byte)c]);
                break;
            case '\n':
                into.Write("\\n"u8);
                break;
            case '\r':
                into.Write("\\r"u8);
                break;
            case '\t':
                into.Write("\\t"u8);
                break;
            default:
                into.Write("\\u00"u8);
                into.Write([Hex(c >> 4), Hex(c & 15)]);
                break;
        }
    }

    private static byte Hex(int digit) => (byte)"0123456789abcdef"[digit];
}
