using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AuditFunctions.Sandbox;

/// <summary>Reads the bodies of log records, and throws on anything that is not as the specification says.</summary>
internal static class OtlpReading
{
    /// <summary>Of a request in JSON.</summary>
    public static List<string> OfJson(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var bodies = new List<string>();
        Only(document.RootElement, "resourceLogs");
        foreach (var resource in document.RootElement.GetProperty("resourceLogs").EnumerateArray())
        {
            Only(resource, "resource", "scopeLogs");
            Attributes(resource.GetProperty("resource").GetProperty("attributes"));
            foreach (var record in resource.GetProperty("scopeLogs").EnumerateArray().SelectMany(scope => scope.GetProperty("logRecords").EnumerateArray()))
            {
                Only(record, "timeUnixNano", "observedTimeUnixNano", "severityNumber", "severityText", "body", "attributes");
                if (record.TryGetProperty("timeUnixNano", out var time))
                {
                    // A number of 64 bits is text in JSON.
                    ulong.Parse(time.GetString()!, CultureInfo.InvariantCulture);
                }

                if (record.GetProperty("severityNumber").GetInt32() is < 1 or > 24)
                {
                    throw new InvalidDataException();
                }

                Attributes(record.GetProperty("attributes"));
                bodies.Add(record.GetProperty("body").GetProperty("stringValue").GetString()!);
            }
        }

        return bodies;
    }

    /// <summary>Of a request in protobuf.</summary>
    public static List<string> OfProtobuf(ReadOnlySpan<byte> body)
    {
        var bodies = new List<string>();
        Each(body, (field, resource) =>
        {
            Expect(field == 1);
            Each(resource.Span, (field, scopes) =>
            {
                if (field != 2)
                {
                    return;
                }

                Each(scopes.Span, (field, record) =>
                {
                    if (field == 2)
                    {
                        bodies.Add(BodyOf(record.Span));
                    }
                });
            });
        });
        return bodies;
    }

    private static string BodyOf(ReadOnlySpan<byte> record)
    {
        string? text = null;
        Each(record, (field, content) =>
        {
            if (field == 5)
            {
                Each(content.Span, (kind, value) =>
                {
                    Expect(kind == 1);
                    text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(value.Span);
                });
            }
        });
        return text ?? throw new InvalidDataException();
    }

    // Every field of a message; numbers are passed over.
    private static void Each(ReadOnlySpan<byte> message, Action<int, ReadOnlyMemory<byte>> member)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            var length = (int)(tag & 7) switch
            {
                0 => 0,
                1 => 8,
                2 => checked((int)Varint(message, ref at)),
                5 => 4,
                _ => throw new InvalidDataException(),
            };
            if ((tag & 7) == 0)
            {
                Varint(message, ref at);
                continue;
            }

            Expect(length <= message.Length - at);
            if ((tag & 7) == 2)
            {
                member((int)(tag >> 3), message.Slice(at, length).ToArray());
            }

            at += length;
        }
    }

    private static ulong Varint(ReadOnlySpan<byte> message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            Expect(at < message.Length);
            var next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException();
    }

    private static void Attributes(JsonElement attributes)
    {
        foreach (var attribute in attributes.EnumerateArray())
        {
            Only(attribute, "key", "value");
            Only(attribute.GetProperty("value"), "stringValue");
            Expect(attribute.GetProperty("key").GetString() is { Length: > 0 } && attribute.GetProperty("value").GetProperty("stringValue").GetString() is not null);
        }
    }

    private static void Only(JsonElement element, params string[] names) => Expect(element.EnumerateObject().All(member => names.Contains(member.Name, StringComparer.Ordinal)));

    private static void Expect(bool holds)
    {
        if (!holds)
        {
            throw new InvalidDataException();
        }
    }
}
