using System.Text.Json;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations.Transport;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.Elastic;

/// <summary>Posts to <c>{index}/_bulk</c> and reads its verdicts.</summary>
internal sealed class ElasticProtocol(Uri url, string index, string? pipeline, ElasticAuth auth, bool gzip) : IHttpProtocol
{
    private readonly Uri _bulk = new(
        url,
        $"{Uri.EscapeDataString(index)}/_bulk?filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason"
        + (pipeline is null ? "" : "&pipeline=" + Uri.EscapeDataString(pipeline)));

    /// <inheritdoc/>
    public HttpRequestMessage Request(SendBody body, IReadOnlyDictionary<string, SecretText> secrets)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, _bulk) { Content = BodyContent.Of(body, gzip, "application/x-ndjson") };
        auth.Apply(message.Headers, secrets);
        return message;
    }

    /// <inheritdoc/>
    public HttpRequestMessage? CheckRequest(IReadOnlyDictionary<string, SecretText> secrets)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, url);
        auth.Apply(message.Headers, secrets);
        return message;
    }

    /// <inheritdoc/>
    // A verdict and an error for each document; of 5,000 that are all rejected some 2 MB.
    public int MaxAnswerBytes(int events) => (64 * 1024) + (Math.Min(events, 20_000) * 1024);

    /// <inheritdoc/>
    public SendResult Read(in HttpAnswer answer)
    {
        if (answer.Status == 200)
        {
            return BulkAnswer.Read(answer);
        }

        var words = Words(answer.Body);
        var reason = words is null ? $"HTTP {answer.Status}" : $"HTTP {answer.Status}, {words}";
        return answer.Status switch
        {
            400 when words is null => HttpStatus.NotItsOwn(answer.Status, "without an error of Elasticsearch"),
            >= 200 and < 300 => HttpStatus.NotItsOwn(answer.Status, "which _bulk does not answer"),
            404 => new SendResult.Refused(404, $"{reason}. Check the url, and that index '{index}' exists or may be created."),
            _ => HttpStatus.Meaning(answer.Status, reason, $"Check the credential, and that it may create documents in '{index}'."),
        };
    }

    /// <inheritdoc/>
    public SendResult ReadCheck(in HttpAnswer answer)
    {
        using var document = JsonAnswer.Parse(answer.Body);
        return answer.Status switch
        {
            200 when document?.RootElement.Member("version") is not null => SendResult.Accepted.Instance,

            // A key that may only create documents may not ask this; the answer shows that the key itself is known.
            403 when Words(answer.Body) is not null => SendResult.Accepted.Instance,
            >= 200 and < 300 => HttpStatus.NotItsOwn(answer.Status, "without Elasticsearch's version"),
            _ => Read(answer),
        };
    }

    // {"error":{"type":"…","reason":"…"},"status":400}, or {"error":"…"} of OpenSearch's security plugin.
    private static string? Words(ReadOnlySpan<byte> body)
    {
        using var document = JsonAnswer.Parse(body);
        if (document?.RootElement is not { } root || root.Member("error") is not { } error)
        {
            return null;
        }

        return error.ValueKind == JsonValueKind.Object ? $"{error.Text("type")}: {error.Text("reason")}" : root.Text("error");
    }
}
