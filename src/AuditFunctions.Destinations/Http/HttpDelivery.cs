using System.IO.Compression;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Destinations.Http;

/// <summary>Posts bodies. Every attempt carries the same <c>webhook-id</c>, the batch id, so that the receiver can drop repeats.</summary>
public sealed class HttpDelivery(HttpAuth auth, bool gzip, string mediaType) : IDelivery
{
    /// <inheritdoc/>
    public HttpRequestMessage Request(DestinationDefinition destination, DeliveryBody body, IReadOnlyDictionary<string, SecretText> secrets)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, destination.Url) { Content = BodyContent.Of(body, gzip, mediaType) };
        message.Headers.TryAddWithoutValidation("webhook-id", body.BatchId);
        auth.Apply(message, body, auth.Signs ? OnTheWire(body) : [], secrets);
        return message;
    }

    /// <inheritdoc/>
    public HttpRequestMessage? HealthRequest(DestinationDefinition destination, IReadOnlyDictionary<string, SecretText> secrets) => null;

    /// <inheritdoc/>
    public DeliveryResult Read(int statusCode, ReadOnlySpan<byte> answer) => statusCode switch
    {
        >= 200 and < 300 => DeliveryResult.Delivered.Instance,
        401 or 403 => new DeliveryResult.Refused(statusCode, $"HTTP {statusCode}. Check the destination's credentials."),
        404 or 405 or 410 => new DeliveryResult.Refused(statusCode, $"HTTP {statusCode}. Check the destination's url."),
        >= 300 and < 400 => new DeliveryResult.Refused(statusCode, $"HTTP {statusCode}, a redirect, which is not followed. Check the destination's url."),
        413 => new DeliveryResult.Rejected(statusCode, "HTTP 413. The body is larger than the destination takes; lower maxBodyBytes."),
        408 or 425 or 429 or >= 500 => new DeliveryResult.Deferred(statusCode, $"HTTP {statusCode}"),
        _ => new DeliveryResult.Rejected(statusCode, $"HTTP {statusCode}"),
    };

    private ReadOnlySpan<byte> OnTheWire(DeliveryBody body)
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
