using System.Net.Http.Headers;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations.Transport;
using AuditFunctions.Events;
using AuditFunctions.Http.Tokens;

namespace AuditFunctions.Destinations.Sentinel;

/// <summary>Posts to a stream of a data collection rule and reads what Azure Monitor answers ("Logs Ingestion API in Azure Monitor", learn.microsoft.com, read 2026-11-21).</summary>
internal sealed class SentinelProtocol(Uri url, string ruleId, string stream, bool gzip) : IHttpProtocol
{
    private const string Role = "Monitoring Metrics Publisher";

    // Codes of a 400 that are about the address and not about the events. No list is published; these were seen in answers.
    private static readonly string[] CodesOfAddress = ["InvalidStream", "InvalidApiVersion", "InvalidDataCollectionRule", "InvalidDcrImmutableId", "NotFound"];

    /// <inheritdoc/>
    public HttpRequestMessage Request(SendBody body, IReadOnlyDictionary<string, SecretText> secrets)
    {
        // What compression makes larger is sent as it is: the service's limit holds for both.
        var message = Message(secrets, BodyContent.Of(body, gzip && body.Gzip.Length <= body.RawBytes, "application/json"));
        message.Headers.TryAddWithoutValidation("x-ms-client-request-id", Guid.TryParseExact(body.BatchId, "N", out var id) ? id.ToString("D") : body.BatchId);
        return message;
    }

    /// <inheritdoc/>
    public HttpRequestMessage? CheckRequest(IReadOnlyDictionary<string, SecretText> secrets)
    {
        // No rows at all: checks the address, the token and the role, and stores nothing.
        var content = new ByteArrayContent("[]"u8.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return Message(secrets, content);
    }

    /// <inheritdoc/>
    public SendResult Read(in HttpAnswer answer)
    {
        var status = answer.Status;
        var (code, text) = Parse(answer.Body);
        var reason = code is null ? $"HTTP {status}" : $"HTTP {status}, {code}: {text.TrimEnd('.')}";
        return status switch
        {
            204 => SendResult.Accepted.Instance,
            400 when CodesOfAddress.Contains(code, StringComparer.OrdinalIgnoreCase) =>
                new SendResult.Refused(status, $"{reason}. Check ruleId '{ruleId}' and stream '{stream}': the rule must declare the stream."),
            400 when code is null => HttpStatus.NotItsOwn(status, "without the service's error code"),
            400 => new SendResult.Rejected(status, reason),
            401 => new SendResult.Refused(status, $"{reason}. The token is not taken: check that the identity is of the tenant of the data collection rule '{ruleId}'."),
            403 => new SendResult.Refused(status, $"{reason}. Give the app's identity the role '{Role}' on the data collection rule '{ruleId}'; a new role may take 30 minutes to work."),
            404 => new SendResult.Refused(status, $"{reason}. Check ruleId '{ruleId}', stream '{stream}' and that the url is that of the rule's own endpoint or of the one that it names."),
            413 => new SendResult.Rejected(status, $"{reason}. The body is larger than the service takes; lower maxBodyBytes.") { IsTooLarge = true },

            // Only 204 is documented as success: whoever answers otherwise is not the service.
            >= 200 and < 300 => HttpStatus.NotItsOwn(status, "which the Logs Ingestion API does not answer"),
            >= 400 and < 500 and not (408 or 425 or 429) => new SendResult.Refused(status, $"{reason}, which the Logs Ingestion API does not answer: nothing is taken for delivered. Check the url."),
            _ => HttpStatus.Meaning(status, reason),
        };
    }

    private HttpRequestMessage Message(IReadOnlyDictionary<string, SecretText> secrets, HttpContent content)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(url, $"dataCollectionRules/{ruleId}/streams/{stream}?api-version=2023-01-01")) { Content = content };
        message.Headers.TryAddWithoutValidation("Authorization", "Bearer " + secrets[EntraToken.Key].Reveal());
        return message;
    }

    // {"error":{"code":"…","message":"…"}}
    private static (string? Code, string Text) Parse(ReadOnlySpan<byte> answer)
    {
        using var document = JsonAnswer.Parse(answer);
        return document?.RootElement.Member("error") is { } error && error.Text("code") is { } code
            ? (code, error.Text("message") ?? "")
            : (null, "");
    }
}
