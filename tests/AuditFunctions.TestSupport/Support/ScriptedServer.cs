using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuditFunctions.Tests.Support;

/// <summary>A real HTTP server on loopback that answers as a test says and remembers what it was asked.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Seen> _seen;

    private ScriptedServer(WebApplication app, ConcurrentQueue<Seen> seen)
    {
        _app = app;
        _seen = seen;
        BaseUrl = app.Urls.Single();
    }

    /// <summary>Where it listens, without a slash at the end.</summary>
    public string BaseUrl { get; }

    /// <summary>The requests so far, in order.</summary>
    public IReadOnlyList<Seen> Requests => [.. _seen];

    /// <summary>Starts a server; <paramref name="answer"/> sees each request with its body.</summary>
    public static async Task<ScriptedServer> StartAsync(Func<Seen, Reply> answer)
    {
        var seen = new ConcurrentQueue<Seen>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        app.Run(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            var headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            var request = new Seen(http.Request.Method, http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, headers, Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length)) { Bytes = body.ToArray() };
            seen.Enqueue(request);
            var reply = answer(request);
            http.Response.StatusCode = reply.Status;
            foreach (var (name, value) in reply.Headers)
            {
                http.Response.Headers.Append(name, value);
            }

            var bytes = reply.Bytes ?? Encoding.UTF8.GetBytes(reply.Body);
            if (bytes.Length > 0)
            {
                http.Response.ContentType ??= "application/json";
                await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
            }
        });
        await app.StartAsync(CancellationToken.None);
        return new ScriptedServer(app, seen);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>A request as it came.</summary>
    public sealed record Seen(string Method, string PathAndQuery, IReadOnlyDictionary<string, string> Headers, string Body)
    {
        /// <summary>The body, when it is no text.</summary>
        public byte[] Bytes { get; init; } = [];

        /// <summary>A header's value, or null.</summary>
        public string? Header(string name) => Headers.GetValueOrDefault(name);
    }

    /// <summary>What to answer.</summary>
    public sealed record Reply(int Status, string Body, params IReadOnlyList<(string Name, string Value)> Headers)
    {
        /// <summary>The body's bytes, when it is no text.</summary>
        public byte[]? Bytes { get; init; }
    }
}
