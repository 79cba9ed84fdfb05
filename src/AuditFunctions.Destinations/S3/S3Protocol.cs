using System.Net.Http.Headers;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations.Objects;
using AuditFunctions.Destinations.Transport;
using AuditFunctions.Http.Signatures;

namespace AuditFunctions.Destinations.S3;

/// <summary>Puts an object for each body, once ("PutObject", "Conditional writes" and "Error responses", docs.aws.amazon.com, read 2026-11-26).</summary>
/// <param name="bucket">The bucket's address.</param>
/// <param name="region">Its region.</param>
/// <param name="names">The objects' names.</param>
/// <param name="encryption">Headers that say how objects are encrypted.</param>
internal sealed class S3Protocol(Uri bucket, string region, ObjectNames names, IReadOnlyDictionary<string, string> encryption) : IHttpProtocol
{
    // Codes of a 400 that are about who we are.
    private static readonly string[] OfCredentials = ["ExpiredToken", "InvalidToken", "AuthorizationHeaderMalformed", "AuthorizationQueryParametersError", "TokenRefreshRequired"];

    /// <inheritdoc/>
    public HttpRequestMessage Request(SendBody body, IReadOnlyDictionary<string, SecretText> secrets)
    {
        var address = new Uri($"{bucket.AbsoluteUri.TrimEnd('/')}/{names.Of(body)}");
        var payload = ScopedSignature.Hash(body.Gzip.Span);
        var headers = new Dictionary<string, string>(encryption, StringComparer.Ordinal)
        {
            ["host"] = address.Authority,
            ["if-none-match"] = "*",
            ["x-amz-content-sha256"] = payload,
            ["x-amz-date"] = AwsSignature.Date(body.SentAt),
        };
        foreach (var (name, value) in ObjectMetadata.Of(body))
        {
            headers["x-amz-meta-" + name] = value;
        }

        if (secrets.TryGetValue("sessionToken", out var token))
        {
            headers["x-amz-security-token"] = token.Reveal();
        }

        var message = new HttpRequestMessage(HttpMethod.Put, address) { Content = new ReadOnlyMemoryContent(body.Gzip) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/gzip");
        foreach (var (name, value) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        var signature = new AwsSignature(secrets["accessKeyId"].Reveal(), secrets["secretAccessKey"].Reveal(), region, "s3");
        message.Headers.TryAddWithoutValidation("Authorization", signature.Of("PUT", address.AbsolutePath, headers, payload, body.SentAt));
        return message;
    }

    /// <inheritdoc/>
    public bool IsOwn(in HttpAnswer answer) => XmlError.IsOwn(answer);

    /// <inheritdoc/>
    public SendResult Read(in HttpAnswer answer)
    {
        var code = XmlError.CodeOf(answer);
        var words = XmlError.Words(answer);
        return answer.Status switch
        {
            // An object that was stored has a version, and PutObject says nothing else.
            200 when answer.HasTag && SuccessText.IsBlank(answer) => SendResult.Accepted.Instance,

            // The object is there: an answer got lost.
            412 when code is "PreconditionFailed" => SendResult.Accepted.Instance,
            409 or 412 => new SendResult.Retry(answer.Status, words),
            400 when code is null => HttpStatus.NotItsOwn(400, "without an error of S3"),
            400 when code is "RequestTimeout" => new SendResult.Retry(400, words),
            400 when OfCredentials.Contains(code) => new SendResult.Refused(400, $"{words}. Check the access key and the region.") { IsCredential = true },
            400 when code is "EntityTooLarge" => new SendResult.Rejected(400, words) { IsTooLarge = true },
            403 when code is "RequestTimeTooSkewed" => new SendResult.Refused(403, $"{words}. Set this host's clock."),
            401 or 403 => new SendResult.Refused(answer.Status, $"{words}. Check the access key, and that it may s3:PutObject there."),
            404 => new SendResult.Refused(404, $"{words}. Check the bucket and the region."),
            >= 200 and < 300 => HttpStatus.NotItsOwn(answer.Status, "which PutObject does not answer"),
            413 => HttpStatus.Meaning(413, words),
            >= 400 and < 500 and not (408 or 425 or 429) => new SendResult.Refused(answer.Status, $"{words}. S3 looks at no event: check the bucket's settings."),
            _ => HttpStatus.Meaning(answer.Status, words),
        };
    }
}
