using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuditFunctions.Chaos.Storage;

/// <summary>A call that came to a door.</summary>
/// <param name="Method">Its HTTP method.</param>
/// <param name="Target">Path and query as they came.</param>
/// <param name="Body">Its body.</param>
internal sealed record DoorCall(string Method, string Target, ReadOnlyMemory<byte> Body);

/// <summary>What becomes of a call.</summary>
/// <param name="Fault">What it meets.</param>
/// <param name="Wait">How long, for faults that take time.</param>
/// <param name="Applied">Called when storage has carried it out, before the answer goes out.</param>
/// <param name="Unclear">Called when storage broke off or failed by itself: nobody knows whether it has carried the call out.</param>
internal sealed record Passage(StorageFault Fault, TimeSpan Wait = default, Action? Applied = null, Action? Unclear = null);

/// <summary>A reverse proxy on loopback before one storage service: each call meets what it is told to meet, and is passed on as it is.</summary>
internal sealed class StorageDoor : IAsyncDisposable
{
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase) { "Connection", "Keep-Alive", "Transfer-Encoding" };
    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _client;

    private StorageDoor(WebApplication app, HttpMessageInvoker client)
    {
        _app = app;
        _client = client;
    }

    /// <summary>Where it listens, with a slash at the end.</summary>
    public Uri BaseUrl => new(_app.Urls.Single() + "/");

    /// <summary>Opens a door.</summary>
    /// <param name="service">The service behind it.</param>
    /// <param name="meets">Asked for each call when it comes.</param>
    /// <param name="time">The clock of the waits.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<StorageDoor> StartAsync(Uri service, Func<DoorCall, ValueTask<Passage>> meets, TimeProvider time, CancellationToken cancellationToken)
    {
        var client = new HttpMessageInvoker(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false });
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        app.Run(async http =>
        {
            var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            var body = await BodyOfAsync(http.Request, http.RequestAborted);
            var (fault, wait, applied, unclear) = await meets(new DoorCall(http.Request.Method, target, body));
            if (fault is StorageFault.Late or StorageFault.Silence)
            {
                await Task.Delay(wait, time, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (fault == StorageFault.Busy)
            {
                await AnswerBusyAsync(http);
                return;
            }

            if (fault is StorageFault.Reset or StorageFault.Silence || http.RequestAborted.IsCancellationRequested)
            {
                http.Abort();
                return;
            }

            // Once it is on its way storage does it, whatever becomes of whoever asked.
            using var request = RequestOf(http.Request, service, target, body);
            using var response = await AskAsync(client, request);
            if (response is null or { StatusCode: >= HttpStatusCode.InternalServerError })
            {
                unclear?.Invoke();
            }
            else if (response.IsSuccessStatusCode)
            {
                applied?.Invoke();
            }

            if (response is null || fault == StorageFault.LostAnswer)
            {
                http.Abort();
                return;
            }

            await AnswerAsync(http, response);
        });
        await app.StartAsync(cancellationToken);
        return new StorageDoor(app, client);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private static async Task<HttpResponseMessage?> AskAsync(HttpMessageInvoker client, HttpRequestMessage request)
    {
        try
        {
            return await client.SendAsync(request, CancellationToken.None);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<byte[]> BodyOfAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        return body.ToArray();
    }

    // The host header is signed nowhere and the paths are those of the account: the signature stays good.
    private static HttpRequestMessage RequestOf(HttpRequest from, Uri service, string target, byte[] body)
    {
        var request = new HttpRequestMessage(new HttpMethod(from.Method), new Uri(service.GetLeftPart(UriPartial.Authority) + target)) { Version = HttpVersion.Version11 };
        if (body.Length > 0 || from.ContentLength == 0)
        {
            request.Content = new ByteArrayContent(body);
        }

        foreach (var (name, value) in from.Headers)
        {
            if (!HopByHop.Contains(name) && !name.Equals("Host", StringComparison.OrdinalIgnoreCase) && !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
                && !request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
            }
        }

        return request;
    }

    private static async Task AnswerAsync(HttpContext http, HttpResponseMessage response)
    {
        http.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            if (!HopByHop.Contains(name))
            {
                http.Response.Headers[name] = values.ToArray();
            }
        }

        var body = await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
        if (body.Length > 0)
        {
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
        }
    }

    private static async Task AnswerBusyAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers["x-ms-error-code"] = "ServerBusy";
        http.Response.ContentType = "application/xml";
        await http.Response.WriteAsync("<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>ServerBusy</Code><Message>Busy.</Message></Error>", http.RequestAborted);
    }
}
