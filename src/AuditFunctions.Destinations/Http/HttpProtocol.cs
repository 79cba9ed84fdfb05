using System.IO.Compression;
using System.Text;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations.Transport;

namespace AuditFunctions.Destinations.Http;

/// <summary>Posts bodies. Every attempt carries the same <c>webhook-id</c>, the batch id, so that the receiver can drop repeats.</summary>
internal sealed class HttpProtocol(Uri url, HttpAuth auth, bool gzip, string mediaType, string? expect) : IHttpProtocol
{
    private readonly byte[]? _expect = expect is null ? null : Encoding.UTF8.GetBytes(expect);

    /// <inheritdoc/>
    public HttpRequestMessage Request(SendBody body, IReadOnlyDictionary<string, SecretText> secrets)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = BodyContent.Of(body, gzip, mediaType) };
        message.Headers.TryAddWithoutValidation("webhook-id", body.BatchId);
        auth.Apply(message, body, auth.Signs ? OnTheWire(body) : [], secrets);
        return message;
    }

    /// <inheritdoc/>
    public SendResult Read(in HttpAnswer answer) => answer.Status switch
    {
        >= 200 and < 300 when _expect is not null && answer.Body.IndexOf(_expect) < 0 => HttpStatus.NotItsOwn(answer.Status, $"without the expected text '{expect}'"),
        >= 200 and < 300 when _expect is null && SuccessText.SaysFailure(answer) => HttpStatus.NotItsOwn(answer.Status, $"with an error inside: {SuccessText.StartOf(answer)}"),
        >= 200 and < 300 => SendResult.Accepted.Instance,
        _ => HttpStatus.Meaning(answer.Status, $"HTTP {answer.Status}"),
    };

    private ReadOnlySpan<byte> OnTheWire(SendBody body)
    {
        if (gzip)
        {
            return body.Gzip.Span;
        }

        var raw = new byte[body.RawBytes];
        using var inflate = new GZipStream(new MemoryStream(body.Gzip.ToArray()), CompressionMode.Decompress);
        inflate.ReadExactly(raw);
        return raw;
    }
}
