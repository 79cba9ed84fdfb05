using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.DeadLetters;

namespace AuditFunctions.Operations.DeadLetters;

/// <summary>
/// A JSON object per line: the note's fields, and <c>event</c> with the bytes that the vendor sent, but for line breaks between its tokens, which become
/// spaces. What was kept whole is <c>text</c>, or <c>base64</c> where it is no UTF-8.
/// </summary>
internal sealed class JsonLinesExport : ILetterExport
{
    /// <inheritdoc/>
    public byte[] Heading => [];

    /// <inheritdoc/>
    public byte[] Line(DeadLetter letter, DeadLetterEvent auditEvent)
    {
        var start = Start(letter, auditEvent, null);
        var bytes = auditEvent.Bytes.ToArray();
        bytes.AsSpan().Replace((byte)'\n', (byte)' ');
        bytes.AsSpan().Replace((byte)'\r', (byte)' ');
        return [.. start.AsSpan(0, start.Length - 1), .. ",\"event\":"u8, .. bytes, .. "}\n"u8];
    }

    /// <inheritdoc/>
    public byte[] Line(DeadLetter letter, byte[] whole) => [.. Start(letter, null, whole), (byte)'\n'];

    private static byte[] Start(DeadLetter letter, DeadLetterEvent? auditEvent, byte[]? whole)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in LetterFields.Of(letter, auditEvent))
            {
                if (value is null)
                {
                    continue;
                }

                if (name is "statusCode" or "retries")
                {
                    writer.WriteNumber(name, int.Parse(value, CultureInfo.InvariantCulture));
                }
                else
                {
                    writer.WriteString(name, value);
                }
            }

            if (whole is not null && Utf8.IsValid(whole))
            {
                writer.WriteString("text", Encoding.UTF8.GetString(whole));
            }
            else if (whole is not null)
            {
                writer.WriteBase64String("base64", whole);
            }

            writer.WriteEndObject();
        }

        return json.WrittenSpan.ToArray();
    }
}
