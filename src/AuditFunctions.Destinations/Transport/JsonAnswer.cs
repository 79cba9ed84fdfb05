using System.Text.Json;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.Transport;

/// <summary>Reads the few values of small answers in JSON.</summary>
internal static class JsonAnswer
{
    private const int MaxText = 200;

    // An answer that says two things under one name says nothing.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The answer as a JSON object; null when it is not one.</summary>
    public static JsonDocument? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            var document = JsonDocument.Parse(body[ByteOrderMark.LengthOf(body)..].ToArray(), Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            return null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A member's whole number; null when it has none.</summary>
    public static int? Integer(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;

    /// <summary>A member's text, shortened; null when it has none.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } value && value.AsText() is { } text
            ? text.Length > MaxText ? text[..MaxText] : text
            : null;
}
