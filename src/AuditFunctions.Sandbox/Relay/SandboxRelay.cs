using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AuditFunctions.Sandbox;

/// <summary>
/// A real HTTP server in front of another one, for faults between the two that neither knows of. Every call is numbered, and hooks may hold
/// it, answer it or break it on both ways. Whatever passes, passes as it was: method, path and query, headers (the host too), status, reason,
/// body as a stream; what the server breaks off is broken off here.
/// </summary>
/// <remarks>
/// Storage's Shared Key does not sign the host, so a connection string may name relays: one per service. A server that writes
/// absolute links from the host it was asked for gives links through the relay.
/// </remarks>
public sealed class SandboxRelay : IAsyncDisposable
{
    private readonly RelayUpstream _upstream;
    private readonly RelayCounter _counter;
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _target;
    private LoopbackServer? _server;

    private SandboxRelay(Uri upstream, string target, RelayCounter counter, RelayHooks hooks)
    {
        _upstream = new RelayUpstream(upstream);
        _target = target;
        _counter = counter;
        Hooks = hooks;
    }

    /// <summary>Where it listens, with a slash at the end; the path of a call is passed on as it is.</summary>
    public Uri Url => _server?.BaseUrl ?? throw new InvalidOperationException("The relay has not started.");

    /// <summary>What decides about its calls.</summary>
    public RelayHooks Hooks { get; }

    /// <summary>Starts a relay on a loopback port that the system chooses.</summary>
    /// <param name="upstream">The server behind: scheme, host and port count, a path does not.</param>
    /// <param name="target">What its calls name as <see cref="RelayCall.Target"/>.</param>
    /// <param name="counter">Shared by all relays whose calls are numbered together.</param>
    /// <param name="hooks">May be shared too.</param>
    /// <param name="ct">Ends the start.</param>
    public static async Task<SandboxRelay> StartAsync(Uri upstream, string target, RelayCounter counter, RelayHooks hooks, CancellationToken ct)
    {
        var relay = new SandboxRelay(upstream, target, counter, hooks);
        relay._server = await LoopbackServer.StartAsync(0, relay.HandleAsync, ct, kestrel =>
        {
            // Bytes as they are: whatever a header holds goes through.
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        });
        return relay;
    }

    /// <summary>Calls that wait in a hook are cancelled, then it stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _upstream.Dispose();
        _stopping.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        var rawTarget = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var call = new RelayCall(_counter.Begin(), _target, http.Request.Method, rawTarget);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _stopping.Token);
        try
        {
            await RelayAsync(http, call, either.Token);
        }
        catch (Exception ex) when (ex is OperationCanceledException or HttpRequestException or IOException)
        {
            // The client has left, the relay stops, or the server broke off: the client sees a broken connection.
            http.Abort();
        }
        finally
        {
            _counter.End();
        }
    }

    private async Task RelayAsync(HttpContext http, RelayCall call, CancellationToken ct)
    {
        var verdict = Hooks.Before is { } before ? await before(call, ct) : RelayVerdict.Passed;
        if (verdict is not RelayVerdict.Pass)
        {
            await EndAsync(http, verdict, ct);
            return;
        }

        // What is sent is done, as on a wire: that the client has died meanwhile does not take it back.
        using var response = await _upstream.SendAsync(http.Request, call, _stopping.Token);
        verdict = Hooks.After is { } after ? await after(call, (int)response.StatusCode, ct) : RelayVerdict.Passed;
        if (verdict is not RelayVerdict.Pass)
        {
            await EndAsync(http, verdict, ct);
            return;
        }

        await RelayUpstream.CopyAsync(response, http.Response, ct);
    }

    private static async Task EndAsync(HttpContext http, RelayVerdict verdict, CancellationToken ct)
    {
        switch (verdict)
        {
            case RelayVerdict.Respond respond:
                http.Response.StatusCode = respond.Status;
                foreach (var (name, value) in respond.Headers)
                {
                    http.Response.Headers.Append(name, value);
                }

                http.Response.ContentLength = respond.Body.Length;
                if (respond.Body.Length > 0 && !HttpMethods.IsHead(http.Request.Method))
                {
                    await http.Response.Body.WriteAsync(respond.Body, ct);
                }

                return;
            case RelayVerdict.Swallow:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
                return;
            default:
                http.Abort();
                return;
        }
    }
}
