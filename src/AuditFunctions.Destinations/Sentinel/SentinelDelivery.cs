using System.Net.Http.Headers;
using System.Text.Json;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Http.Tokens;

namespace AuditFunctions.Destinations.Sentinel;

/// <summary>Posts to a stream of a data collection rule and reads what Azure Monitor answers ("Logs Ingestion API in Azure Monitor", learn.microsoft.com, read 2026-11-21).</summary>
public sealed class SentinelDelivery(string ruleId, string stream, bool gzip) : IDelivery
{
    private const string Role = "Monitoring Metrics Publisher";

    // Codes of a 400 that are about the address and not about the events. No list is published; these were seen in answers.
    private static readonly string[] CodesOfAddress = ["InvalidStream", "InvalidApiVersion", "InvalidDataCollectionRule", "InvalidDcrImmutableId", "NotFound"];

    /// <inheritdoc/>
    public HttpRequestMessage Request(DestinationDefinition destination, DeliveryBody body, IReadOnlyDictionary<string, SecretText> secrets)
    {
        // What compression makes larger is sent as it is: the service's limit holds for both.
        var message = Message(destination, secrets, BodyContent.Of(body, gzip && body.Gzip.Length <= body.RawBytes, "application/json"));
        message.Headers.TryAddWithoutValidation("x-ms-client-request-id", Guid.TryParseExact(body.BatchId, "N", out var id) ? id.ToString("D") : body.BatchId);
        return message;
    }

    /// <inheritdoc/>
    public HttpRequestMessage? HealthRequest(DestinationDefinition destination, IReadOnlyDictionary<string, SecretText> secrets)
    {
        // No rows at all: checks the address, the token and the role, and stores nothing.
        var content = new ByteArrayContent("[]"u8.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return Message(destination, secrets, content);
    }

    /// <inheritdoc/>
    public DeliveryResult Read(int statusCode, ReadOnlySpan<byte> answer)
    {
        var (code, text) = Parse(answer);
        var reason = code is null ? $"HTTP {statusCode}" : $"HTTP {statusCode}, {code}: {text.TrimEnd('.')}";
        return statusCode switch
        {
            204 => DeliveryResult.Delivered.Instance,
            400 when CodesOfAddress.Contains(code, StringComparer.OrdinalIgnoreCase) =>
                new DeliveryResult.Refused(statusCode, $"{reason}. Check ruleId '{ruleId}' and stream '{stream}': the rule must declare the stream."),
            400 => new DeliveryResult.Rejected(statusCode, reason),
            401 => new DeliveryResult.Refused(statusCode, $"{reason}. The token is not taken: check that the identity is of the tenant of the data collection rule '{ruleId}'."),
            403 => new DeliveryResult.Refused(statusCode, $"{reason}. Give the app's identity the role '{Role}' on the data collection rule '{ruleId}'; a new role may take 30 minutes to work."),
            404 => new DeliveryResult.Refused(statusCode, $"{reason}. Check ruleId '{ruleId}', stream '{stream}' and that the url is that of the rule's own endpoint or of the one that it names."),
            413 => new DeliveryResult.Rejected(statusCode, $"{reason}. The body is larger than the service takes; lower maxBodyBytes."),
            408 or 429 or >= 500 => new DeliveryResult.Deferred(statusCode, reason),
            >= 300 and < 400 => new DeliveryResult.Refused(statusCode, $"{reason}, a redirect, which is not followed. Check the url."),

            // Only 204 is documented as success: whoever answers otherwise is not the service, or is asked in a way that it does not know.
            _ => new DeliveryResult.Refused(statusCode, $"{reason}, which the Logs Ingestion API does not answer: nothing is taken for delivered. Check the url."),
        };
    }

    private HttpRequestMessage Message(DestinationDefinition destination, IReadOnlyDictionary<string, SecretText> secrets, HttpContent content)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(destination.Url, $"dataCollectionRules/{ruleId}/streams/{stream}?api-version=2023-01-01")) { Content = content };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secrets[EntraToken.Key].Reveal());
        return message;
    }

    // {"error":{"code":"…","message":"…"}}
    private static (string? Code, string Text) Parse(ReadOnlySpan<byte> answer)
    {
        try
        {
            var reader = new Utf8JsonReader(answer);
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("error", out var error) && TextOf(error, "code") is { } code
                ? (code, TextOf(error, "message") ?? "")
                : (null, "");
        }
        catch (JsonException)
        {
            return (null, "");
        }
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { } text
            ? text.Length > 200 ? text[..200] : text
            : null;
}
