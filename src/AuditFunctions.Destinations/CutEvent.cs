using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AuditFunctions.Destinations;

/// <summary>
/// Takes the place of an event that is too large:
/// <c>{"auditfunctions_cut":true,"id":"…","time":"…","bytes":…,"sha256":"…","start":"…"}</c>.
/// </summary>
internal static class CutEvent
{
    /// <summary>Makes one.</summary>
    /// <param name="whole">The event.</param>
    /// <param name="maxStartBytes">Most bytes of its start, as they stand in the JSON string.</param>
    public static byte[] Of(in EventView whole, int maxStartBytes)
    {
        var json = new ArrayBufferWriter<byte>(maxStartBytes + whole.Id.Length + 256);
        json.Write("{\"auditfunctions_cut\":true,\"id\":\""u8);
        json.Write(whole.Id);
        if (whole.Time is { } time)
        {
            json.Write("\",\"time\":\""u8);
            json.Write(Encoding.ASCII.GetBytes(time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)));
        }

        json.Write("\",\"bytes\":"u8);
        json.Write(Encoding.ASCII.GetBytes(whole.Bytes.Length.ToString(CultureInfo.InvariantCulture)));
        json.Write(",\"sha256\":\""u8);
        json.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(whole.Bytes))));
        json.Write("\",\"start\":\""u8);
        WriteStart(json, whole.Bytes, maxStartBytes);
        json.Write("\"}"u8);
        return json.WrittenSpan.ToArray();
    }

    // Code point by code point, so that it ends at a border; bytes that are no UTF-8 become U+FFFD, since a JSON string cannot hold them.
    private static void WriteStart(ArrayBufferWriter<byte> json, ReadOnlySpan<byte> text, int left)
    {
        Span<byte> escaped = stackalloc byte[6];
        while (text.Length > 0)
        {
            Rune.DecodeFromUtf8(text, out var rune, out var length);
            var size = Escape(rune, escaped);
            if (size > left)
            {
                return;
            }

            json.Write(escaped[..size]);
            left -= size;
            text = text[length..];
        }
    }

    private static int Escape(Rune rune, Span<byte> into)
    {
        switch (rune.Value)
        {
            case '"' or '\\':
                into[0] = (byte)'\\';
                into[1] = (byte)rune.Value;
                return 2;
            case < ' ' or 0x7F:
                "\\u00"u8.CopyTo(into);
                Utf8Formatter.TryFormat(rune.Value, into[4..], out _, new StandardFormat('x', 2));
                return 6;
            default:
                return rune.EncodeToUtf8(into);
        }
    }
}
