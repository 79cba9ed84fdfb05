using System.Net.Http.Headers;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations.Objects;
using AuditFunctions.Destinations.Transport;
using AuditFunctions.Http.Tokens;

namespace AuditFunctions.Destinations.AzureBlob;

/// <summary>Puts a blob for each body, once ("Put Blob" and "Blob Storage error codes", learn.microsoft.com, read 2026-11-26).</summary>
/// <param name="container">The container's address.</param>
/// <param name="names">The blobs' names.</param>
/// <param name="hasSas">Whether a shared access signature stands in the address, instead of a token in a header.</param>
internal sealed class AzureBlobProtocol(Uri container, ObjectNames names, bool hasSas) : IHttpProtocol
{
    private const string Version = "2023-11-03";

    // That a blob may not be overwritten shows that it is there.
    private static readonly string[] There = ["BlobAlreadyExists", "BlobImmutableDueToPolicy", "BlobImmutableDueToLegalHold"];

    /// <inheritdoc/>
    public HttpRequestMessage Request(SendBody body, IReadOnlyDictionary<string, SecretText> secrets)
    {
        var address = $"{container.AbsoluteUri}/{names.Of(body)}{(hasSas ? "?" + secrets["sas"].Reveal().TrimStart('?') : "")}";
        var message = new HttpRequestMessage(HttpMethod.Put, new Uri(address)) { Content = new ReadOnlyMemoryContent(body.Gzip) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/gzip");
        message.Headers.TryAddWithoutValidation("x-ms-version", Version);
        message.Headers.TryAddWithoutValidation("x-ms-blob-type", "BlockBlob");
        message.Headers.TryAddWithoutValidation("If-None-Match", "*");
        foreach (var (name, value) in ObjectMetadata.Of(body))
        {
            message.Headers.TryAddWithoutValidation("x-ms-meta-" + name, value);
        }

        if (!hasSas)
        {
            message.Headers.TryAddWithoutValidation("Authorization", "Bearer " + secrets[EntraToken.Key].Reveal());
        }

        return message;
    }

    /// <inheritdoc/>
    public bool IsOwn(in HttpAnswer answer) => XmlError.IsOwn(answer);

    /// <inheritdoc/>
    public SendResult Read(in HttpAnswer answer)
    {
        var words = XmlError.Words(answer);
        return answer.Status switch
        {
            201 when SuccessText.IsBlank(answer) => SendResult.Accepted.Instance,
            409 when There.Contains(XmlError.CodeOf(answer)) => SendResult.Accepted.Instance,
            403 when XmlError.CodeOf(answer) is "UnauthorizedBlobOverwrite" => SendResult.Accepted.Instance,
            409 or 412 => new SendResult.Retry(answer.Status, words),
            400 when XmlError.CodeOf(answer) is null => HttpStatus.NotItsOwn(400, "without an error of Azure Storage"),
            401 or 403 => new SendResult.Refused(answer.Status, $"{words}. {(hasSas ? "Check that the shared access signature is current and allows creating blobs." : "Give the identity the role 'Storage Blob Data Contributor' on the container; a new role may take 30 minutes to work.")}"),
            404 => new SendResult.Refused(404, $"{words}. Check the url: the account and the container must exist."),
            >= 200 and < 300 => HttpStatus.NotItsOwn(answer.Status, "which Put Blob does not answer"),
            413 => HttpStatus.Meaning(413, words),
            >= 400 and < 500 and not (408 or 425 or 429) => new SendResult.Refused(answer.Status, $"{words}. Azure Storage looks at no event: check the url and the account's settings."),
            _ => HttpStatus.Meaning(answer.Status, words),
        };
    }
}
