using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations.Transport;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.Otlp;

/// <summary>Posts to <c>/v1/logs</c> and reads what an OTLP receiver answers, in the encoding that it was asked in.</summary>
internal sealed class OtlpProtocol(Uri url, string? header, bool protobuf, bool gzip) : IHttpProtocol
{
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";

    /// <inheritdoc/>
    public HttpRequestMessage Request(SendBody body, IReadOnlyDictionary<string, SecretText> secrets)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = BodyContent.Of(body, gzip, protobuf ? Protobuf : Json) };
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(protobuf ? Protobuf : Json));
        if (header is not null)
        {
            message.Headers.TryAddWithoutValidation(header, secrets["token"].Reveal());
        }

        return message;
    }

    /// <inheritdoc/>
    // What the specification allows an answer to have; receivers say there what is wrong with each record.
    public int MaxAnswerBytes(int events) => IHttpProtocol.LongAnswer;

    /// <inheritdoc/>
    public SendResult Read(in HttpAnswer answer)
    {
        if (answer.Status == 200)
        {
            return protobuf ? ReadProtobuf(answer) : ReadJson(answer);
        }

        var words = protobuf ? OtlpStatus.MessageOf(answer.Body) : WordsOf(answer.Body);
        var reason = words is null ? $"HTTP {answer.Status}" : $"HTTP {answer.Status}: {words}";
        return answer.Status switch
        {
            400 when words is null && answer.Body.Length > 0 => HttpStatus.NotItsOwn(400, "without a status of OTLP"),
            >= 200 and < 300 => HttpStatus.NotItsOwn(answer.Status, "which OTLP does not answer"),
            _ => HttpStatus.Meaning(answer.Status, reason),
        };
    }

    private static SendResult ReadJson(in HttpAnswer answer)
    {
        using var document = JsonAnswer.Parse(answer.Body);
        if (document is null)
        {
            return HttpStatus.NotItsOwn(200, "which is not a JSON object");
        }

        var root = document.RootElement;
        if (root.Member("partialSuccess") is not { } partial)
        {
            return root.EnumerateObject().Any() ? HttpStatus.NotItsOwn(200, "with members that OTLP does not have") : SendResult.Accepted.Instance;
        }

        return partial.ValueKind == JsonValueKind.Object && root.EnumerateObject().Count() == 1 && CountOf(partial) is { } rejected
            ? Partial(answer.Events, rejected, partial.Text("errorMessage"))
            : HttpStatus.NotItsOwn(200, "with a partial success that OTLP does not have");
    }

    private static SendResult ReadProtobuf(in HttpAnswer answer)
    {
        // A message without members has no bytes: only its type shows whose it is.
        if (answer.MediaType != Protobuf || OtlpStatus.PartialOf(answer.Body) is not { } partial)
        {
            return HttpStatus.NotItsOwn(200, "which is no answer of OTLP in protobuf");
        }

        return Partial(answer.Events, partial.Rejected, partial.Message);
    }

    private static SendResult Partial(int events, long rejected, string? message)
    {
        var reason = $"{rejected} of {events} log records rejected: {message ?? "no reason is given"}";
        return rejected < 0 || rejected > events ? HttpStatus.NotItsOwn(200, $"that counts {rejected} rejected of {events} log records")
            : rejected == 0 ? SendResult.Accepted.Instance
            : rejected == events ? new SendResult.Rejected(200, reason)
            : new SendResult.Rejected(200, reason + ". Which ones is not said, and the others are stored: all are kept here, none is sent again")
            {
                Others = OtherEvents.Taken,
                Unnamed = (int)rejected,
                ShowsTaken = true,
            };
    }

    // A number of 64 bits: text in JSON, as OTLP says, or a number, as some write. Null when it is neither.
    private static long? CountOf(JsonElement partial) => partial.Member("rejectedLogRecords") is not { } count ? 0
        : count.ValueKind == JsonValueKind.Number && count.TryGetInt64(out var number) ? number
        : count.ValueKind == JsonValueKind.String && long.TryParse(count.AsText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var text) ? text
        : null;

    // google.rpc.Status
    private static string? WordsOf(ReadOnlySpan<byte> body)
    {
        using var document = JsonAnswer.Parse(body);
        return document?.RootElement.Text("message");
    }
}
