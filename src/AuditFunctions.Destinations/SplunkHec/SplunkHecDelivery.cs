using System.Net.Http.Headers;
using System.Text.Json;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Destinations.SplunkHec;

/// <summary>Posts to <c>/services/collector/event</c> and reads HEC's answer codes ("Troubleshoot HTTP Event Collector", help.splunk.com, read 2026-11-21).</summary>
public sealed class SplunkHecDelivery(bool gzip) : IDelivery
{
    // The numbers that HEC gives with code 7 are one too high (measured on Splunk 10.4.2).
    private const int IncorrectIndex = 7;

    /// <inheritdoc/>
    public HttpRequestMessage Request(DestinationDefinition destination, DeliveryBody body, IReadOnlyDictionary<string, SecretText> secrets)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(destination.Url, "services/collector/event"))
        {
            Content = BodyContent.Of(body, gzip, "application/json"),
        };
        message.Headers.Authorization = new AuthenticationHeaderValue("Splunk", secrets["token"].Reveal());
        return message;
    }

    /// <inheritdoc/>
    public HttpRequestMessage? HealthRequest(DestinationDefinition destination, IReadOnlyDictionary<string, SecretText> secrets)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, new Uri(destination.Url, "services/collector/health"));
        message.Headers.Authorization = new AuthenticationHeaderValue("Splunk", secrets["token"].Reveal());
        return message;
    }

    /// <inheritdoc/>
    public DeliveryResult Read(int statusCode, ReadOnlySpan<byte> answer)
    {
        var (code, text, number) = Parse(answer);
        var reason = code is null ? $"HTTP {statusCode}" : $"HTTP {statusCode}, code {code}: {text}";
        return (statusCode, code) switch
        {
            (200, null) when answer.TrimStart(" \r\n\t"u8).StartsWith("<"u8) =>
                new DeliveryResult.Refused(statusCode, $"{reason}, a page of HTML, perhaps from a proxy or login form in between: nothing is delivered. Check the url."),

            // 17: healthy; 24 and 25: taken, but the queue is filling up.
            (200, null or 0 or 17 or 24 or 25) => DeliveryResult.Delivered.Instance,
            (401 or 403, _) => new DeliveryResult.Refused(statusCode, $"{reason}. Check that the HEC token is current and enabled."),
            (404, _) => new DeliveryResult.Refused(statusCode, $"{reason}. Check the url and that HEC is enabled."),
            (413, _) => new DeliveryResult.Rejected(statusCode, $"{reason}. The body is larger than the server takes; lower maxBodyBytes."),
            (400, 7) => new DeliveryResult.Refused(statusCode, $"{reason}. The index must exist and be among the token's allowed indexes."),
            (400, 10 or 11 or 14 or 16 or 21 or 22 or 28) => new DeliveryResult.Refused(statusCode, $"{reason}. The token's settings do not fit: turn indexer acknowledgement off for it."),
            (400, 6 or 12 or 13 or 15) => new DeliveryResult.Rejected(statusCode, reason, number),
            (400, _) => new DeliveryResult.Rejected(statusCode, reason),
            ( >= 300 and < 400, _) => new DeliveryResult.Refused(statusCode, $"{reason}, a redirect, which is not followed. Check the url."),
            _ => new DeliveryResult.Deferred(statusCode, reason),
        };
    }

    private static (int? Code, string Text, int? EventNumber) Parse(ReadOnlySpan<byte> answer)
    {
        try
        {
            var reader = new Utf8JsonReader(answer);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("code", out var code) || IntegerOf(code) is not { } value)
            {
                return (null, "", null);
            }

            var text = root.TryGetProperty("text", out var words) && words.ValueKind == JsonValueKind.String ? words.GetString()! : "";
            var number = root.TryGetProperty("invalid-event-number", out var invalid) ? IntegerOf(invalid) : null;
            return (value, text.Length > 200 ? text[..200] : text, value == IncorrectIndex ? number - 1 : number);
        }
        catch (JsonException)
        {
            return (null, "", null);
        }
    }

    private static int? IntegerOf(JsonElement element) => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value) ? value : null;
}
