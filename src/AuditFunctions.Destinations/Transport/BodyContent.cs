using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.Transport;

/// <summary>A body as HTTP content: as it is, or decompressed as a stream where the destination takes no gzip.</summary>
internal static class BodyContent
{
    /// <summary>Makes the content.</summary>
    public static HttpContent Of(SendBody body, bool gzip, string mediaType)
    {
        HttpContent content = gzip ? new ReadOnlyMemoryContent(body.Gzip) : new Inflated(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        if (gzip)
        {
            content.Headers.ContentEncoding.Add("gzip");
        }

        return content;
    }

    private sealed class Inflated(SendBody body) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await using var inflate = new GZipStream(new BytesStream(body.Gzip, cancellationToken), CompressionMode.Decompress);
            await inflate.CopyToAsync(stream, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = body.RawBytes;
            return true;
        }
    }
}
