using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace AuditFunctions.Sandbox;

/// <summary>Sends what a relay received to the server behind it, and copies the answer.</summary>
internal sealed class RelayUpstream(Uri target) : IDisposable
{
    // What belongs to one connection, not to the message; each side frames its own.
    private static readonly HashSet<string> PerConnection = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade", "Expect",
    };

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        // Shorter than any server keeps a connection (node: 5 s), so that none is closed under a call.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2),
    });

    private readonly string _origin = target.GetLeftPart(UriPartial.Authority);

    /// <summary>Sends a call on; returns as soon as the head of the answer is there.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequest received, RelayCall call, CancellationToken ct)
    {
        // The path stays as it was written: signatures cover it.
        var url = new Uri(_origin + call.PathAndQuery, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var hasBody = received.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;
        var message = new HttpRequestMessage(new HttpMethod(received.Method), url)
        {
            Version = HttpVersion.Version11,
            Content = hasBody ? new StreamContent(received.Body) : null,
        };
        foreach (var (name, values) in received.Headers)
        {
            if (!PerConnection.Contains(name) && !message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                message.Content ??= new ByteArrayContent([]);
                message.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        return _http.SendAsync(message, ct);
    }

    /// <summary>Copies status, reason, headers and body; what breaks off is thrown.</summary>
    public static async Task CopyAsync(HttpResponseMessage answer, HttpResponse response, CancellationToken ct)
    {
        response.StatusCode = (int)answer.StatusCode;
        response.HttpContext.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = answer.ReasonPhrase;
        foreach (var headers in new[] { answer.Headers.NonValidated, answer.Content.Headers.NonValidated })
        {
            foreach (var (name, values) in headers)
            {
                if (!PerConnection.Contains(name))
                {
                    response.Headers[name] = new StringValues([.. values]);
                }
            }
        }

        if (HttpMethods.IsHead(response.HttpContext.Request.Method) || answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified)
        {
            return;
        }

        // Piece by piece as it comes: a slow server stays slow, and the client sees each piece at once.
        await using var body = await answer.Content.ReadAsStreamAsync(ct);
        var piece = new byte[16 * 1024];
        for (int count; (count = await body.ReadAsync(piece, ct)) > 0;)
        {
            await response.Body.WriteAsync(piece.AsMemory(0, count), ct);
            await response.Body.FlushAsync(ct);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
