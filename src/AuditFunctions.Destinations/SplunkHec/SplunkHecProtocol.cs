using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations.Transport;

namespace AuditFunctions.Destinations.SplunkHec;

/// <summary>Posts to <c>/services/collector/event</c> or <c>raw</c> and reads HEC's answer codes ("Troubleshoot HTTP Event Collector", help.splunk.com, read 2026-11-21).</summary>
internal sealed class SplunkHecProtocol(Uri url, HecWords words, bool gzip, HecRaw? raw = null) : IHttpProtocol
{
    // The numbers that HEC gives with code 7 are one too high (measured on Splunk 10.4.2).
    private const int IncorrectIndex = 7;

    private readonly byte[]? _expect = words.Expect is { } text ? Encoding.UTF8.GetBytes(text) : null;

    /// <inheritdoc/>
    public HttpRequestMessage Request(SendBody body, IReadOnlyDictionary<string, SecretText> secrets) => Request(body, secrets, raw?.Channel);

    /// <summary>The request in a channel; null for none.</summary>
    public HttpRequestMessage Request(SendBody body, IReadOnlyDictionary<string, SecretText> secrets, Guid? channel)
    {
        var message = Message(HttpMethod.Post, raw?.PathOf(body.Origin) ?? "services/collector/event", secrets, BodyContent.Of(body, gzip, "application/json"));
        if (channel is { } known)
        {
            message.Headers.TryAddWithoutValidation("X-Splunk-Request-Channel", known.ToString("D"));
        }

        return message;
    }

    /// <inheritdoc/>
    public HttpRequestMessage? CheckRequest(IReadOnlyDictionary<string, SecretText> secrets) =>
        Message(HttpMethod.Get, "services/collector/health", secrets, null);

    /// <summary>The request that asks whether a body is indexed.</summary>
    public HttpRequestMessage AckRequest(Guid channel, long id, IReadOnlyDictionary<string, SecretText> secrets)
    {
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes($"{{\"acks\":[{id}]}}"));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return Message(HttpMethod.Post, $"services/collector/ack?channel={channel:D}", secrets, content);
    }

    /// <inheritdoc/>
    public SendResult Read(in HttpAnswer answer)
    {
        var (code, text, number) = Parse(answer.Body);
        var reason = code is null ? $"HTTP {answer.Status}" : $"HTTP {answer.Status}, code {code}: {text}";
        return (answer.Status, code) switch
        {
            // 24 and 25: taken, but the queue is filling up.
            (200, 0 or 24 or 25) => SendResult.Accepted.Instance,
            (200, null) when _expect is not null && answer.Body.IndexOf(_expect) >= 0 => SendResult.Accepted.Instance,
            (200, null) when words.MayExpect => HttpStatus.NotItsOwn(200, $"without HEC's code ({SuccessText.StartOf(answer)}; if that is its own, set expect to a part of it)"),
            (401 or 403, _) => new SendResult.Refused(answer.Status, $"{reason}. Check that the {words.Credential} is current and enabled."),
            (404, _) => new SendResult.Refused(answer.Status, $"{reason}. Check the url and that HEC is enabled."),
            (413, _) => new SendResult.Rejected(answer.Status, $"{reason}. The body is larger than the server takes; lower maxBodyBytes.") { IsTooLarge = true },
            (400, 7) => new SendResult.Refused(answer.Status, $"{reason}. The index must exist and be among the token's allowed indexes."),
            (400, 10 or 11 or 14 or 16 or 21 or 22 or 28) => new SendResult.Refused(answer.Status, $"{reason}. The token's settings do not fit: with indexer acknowledgement the row needs ack true, without it false."),
            (400, 6 or 12 or 13 or 15) when number is { } at && at >= 0 && at < answer.Events =>
                new SendResult.Rejected(answer.Status, reason) { Guilty = [new RejectedEvent(at, reason)], Others = OtherEvents.TakenBefore },
            (400, not null) => new SendResult.Rejected(answer.Status, reason),
            (200 or 400 or 415, _) => HttpStatus.NotItsOwn(answer.Status, code is null ? "without HEC's code" : $"code {code}"),
            ( >= 300 and < 500 and not (408 or 425 or 429), _) => HttpStatus.Meaning(answer.Status, reason),
            _ => new SendResult.Retry(answer.Status, reason),
        };
    }

    /// <inheritdoc/>
    public SendResult ReadCheck(in HttpAnswer answer) =>
        answer.Status == 200 && Parse(answer.Body).Code == 17 ? SendResult.Accepted.Instance : Read(answer);

    private HttpRequestMessage Message(HttpMethod method, string path, IReadOnlyDictionary<string, SecretText> secrets, HttpContent? content)
    {
        var message = new HttpRequestMessage(method, new Uri(url, path)) { Content = content };
        message.Headers.TryAddWithoutValidation("Authorization", words.Scheme + " " + secrets["token"].Reveal());
        return message;
    }

    private static (int? Code, string Text, int? EventNumber) Parse(ReadOnlySpan<byte> answer)
    {
        using var document = JsonAnswer.Parse(answer);
        if (document?.RootElement is not { ValueKind: JsonValueKind.Object } root || root.Integer("code") is not { } code)
        {
            return (null, "", null);
        }

        var number = root.Integer("invalid-event-number");
        return (code, root.Text("text") ?? "", code == IncorrectIndex ? number - 1 : number);
    }
}
