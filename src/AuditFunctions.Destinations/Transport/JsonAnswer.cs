using System.Text.Json;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.Transport;

/// <summary>Reads the few values of small answers in JSON.</summary>
internal static class JsonAnswer
{
    private const int MaxText = 200;

    /// <summary>The answer as a JSON object; null when it is not one.</summary>
    public static JsonDocument? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body[ByteOrderMark.LengthOf(body)..]);
            var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A member's whole number; null when it has none.</summary>
    public static int? Integer(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    /// <summary>A member's text, shortened; null when it has none.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { } text
            ? text.Length > MaxText ? text[..MaxText] : text
            : null;
}
