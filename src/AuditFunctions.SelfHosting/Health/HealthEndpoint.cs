using System.Text.Json;
using AuditFunctions.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuditFunctions.SelfHosting.Health;

/// <summary>
/// <c>GET /health/live</c>: 200 while every loop moves, 503 when the process should be started anew. <c>GET /health/ready</c>: 200 while storage answers.
/// Both say why not, in JSON, and nothing else: they hold no names of sources, events or secrets.
/// </summary>
internal sealed class HealthEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HealthEndpoint(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public Uri Url => new(_app.Urls.Single().Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal));

    /// <summary>Listens on every address of the machine, since probes come from outside a container.</summary>
    /// <exception cref="OperationException">The port cannot be listened on.</exception>
    public static async Task<HealthEndpoint> StartAsync(int port, IReadOnlyList<Pulse> pulses, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.ListenAnyIP(port);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        app.Run(context => AnswerAsync(context, pulses));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            await app.DisposeAsync();
            if (exception is IOException)
            {
                throw new OperationException(
                    $"Port {port} (the setting Host__HealthPort) is in use. Choose another one, or 0 for none.", exception);
            }

            throw;
        }

        return new HealthEndpoint(app);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context, IReadOnlyList<Pulse> pulses)
    {
        Func<Pulse, string?>? ask = context.Request.Path.Value switch
        {
            "/health/live" => pulse => pulse.Stuck(),
            "/health/ready" => pulse => pulse.NotReady(),
            _ => null,
        };
        if (ask is null || !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)))
        {
            context.Response.StatusCode = ask is null ? StatusCodes.Status404NotFound : StatusCodes.Status405MethodNotAllowed;
            return;
        }

        var reasons = pulses.Select(ask).OfType<string>().ToArray();
        context.Response.StatusCode = reasons.Length == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsGet(context.Request.Method))
        {
            var answer = JsonSerializer.SerializeToUtf8Bytes(new HealthAnswer(reasons.Length == 0, reasons), HealthJson.Default.HealthAnswer);
            await context.Response.Body.WriteAsync(answer, context.RequestAborted);
        }
    }
}
