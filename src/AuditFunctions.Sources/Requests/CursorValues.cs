using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Requests;

/// <summary>A cursor of several values, stored as a JSON object of texts.</summary>
internal static class CursorValues
{
    // Only what JSON itself asks for is escaped: a secret that the vendor repeats is found as it stands.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The cursor.</summary>
    public static string Write(IEnumerable<(string Name, string Value)> values)
    {
        using var into = new MemoryStream();
        using (var writer = new Utf8JsonWriter(into, Options))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in values)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(into.ToArray());
    }

    /// <summary>One of its values; null where there is no cursor.</summary>
    /// <exception cref="RequestException">The cursor was kept under another kind of paging.</exception>
    public static string? Of(string? cursor, string name)
    {
        if (cursor is null)
        {
            return null;
        }

        try
        {
            using var values = JsonDocument.Parse(cursor);
            if (values.RootElement.Member(name) is { ValueKind: JsonValueKind.String } value && value.AsText() is { } text)
            {
                return text;
            }
        }
        catch (JsonException)
        {
            // Reported below, as is one of other values.
        }

        throw new RequestException($"the cursor that was kept has no value '{name}': the row's paging was another one.", isOfCursor: true);
    }
}
