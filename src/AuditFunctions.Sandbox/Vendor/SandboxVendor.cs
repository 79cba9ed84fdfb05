using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace AuditFunctions.Sandbox;

/// <summary>A vendor's audit log APIs on loopback, over a log that is a pure function of its options. Faults on demand.</summary>
public sealed class SandboxVendor : IAsyncDisposable
{
    private const int RecentRequestsKept = 1000;
    private readonly SandboxVendorOptions _options;
    private readonly EventLog _log;
    private readonly IReadOnlyList<IVendorEndpoint> _endpoints;
    private readonly RateWindow _rate;
    private readonly ConcurrentQueue<VendorCall> _recent = new();
    private LoopbackServer? _server;
    private int _requests;
    private int _cursorGeneration = 1;

    private SandboxVendor(SandboxVendorOptions options)
    {
        _options = options;
        _log = new EventLog(options);
        _endpoints = VendorEndpoints.Create(options);
        _rate = new RateWindow(options);
        Credentials = new VendorCredentials(options);
    }

    /// <summary>Where it listens, with a slash at the end.</summary>
    public Uri BaseUrl => _server?.BaseUrl ?? throw new InvalidOperationException("The vendor has not started.");

    /// <summary>What is accepted as a credential; may be changed while it runs.</summary>
    public VendorCredentials Credentials { get; }

    /// <summary>What goes wrong; may be changed while it runs.</summary>
    public FaultPlan Faults => _options.Faults;

    /// <summary>Requests so far, also those that met a fault.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The latest requests, oldest first, at most 1000.</summary>
    public IReadOnlyList<VendorCall> RecentRequests => [.. _recent];

    /// <summary>Events that can be seen now.</summary>
    public int OfferedCount => _log.View().Count;

    /// <summary>Ids of all events that can be seen now, in the order in which they were published. The same ids in every shape.</summary>
    public IReadOnlyList<string> OfferedIds
    {
        get
        {
            var view = _log.View();
            return [.. view.Numbers.Select(number => EventLog.Facts(_options.Seed, view, number).Id.ToString())];
        }
    }

    /// <summary>The same with the time of each event.</summary>
    public IReadOnlyList<(string Id, DateTimeOffset At)> Offered
    {
        get
        {
            var view = _log.View();
            return [.. view.Numbers.Select(number => (EventLog.Facts(_options.Seed, view, number).Id.ToString(), new DateTimeOffset(view.TimeOf(number), TimeSpan.Zero)))];
        }
    }

    /// <summary>Starts a vendor.</summary>
    public static async Task<SandboxVendor> StartAsync(SandboxVendorOptions options, CancellationToken ct)
    {
        var vendor = new SandboxVendor(options);
        vendor._server = await LoopbackServer.StartAsync(options.Port, vendor.HandleAsync, ct);
        return vendor;
    }

    /// <summary>Adds events that can be seen at once.</summary>
    /// <param name="count">How many.</param>
    /// <param name="at">Their time, also in the past; by default the clock's when live, else the schedule's next.</param>
    public void Publish(int count, DateTimeOffset? at = null) => _log.Publish(count, at);

    /// <summary>Makes every cursor handed out so far invalid (status 400).</summary>
    public void ExpireCursors() => Interlocked.Increment(ref _cursorGeneration);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    internal string ToJson() => $$"""{"offered":{{OfferedCount}},"requests":{{Requests}},"faults":{{Faults.Taken}}}""";

    private async Task HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (path == "/_account")
        {
            using var account = Answer.Of(200, ToJson());
            await FaultyResponse.SendAsync(http, account, fault: null, _options.Time);
            return;
        }

        var number = Interlocked.Increment(ref _requests);
        var target = http.Request.GetEncodedPathAndQuery();
        var authorization = http.Request.Headers.Authorization.ToString();
        Remember(new VendorCall(number, http.Request.Method, target, authorization));
        var fault = Faults.Take(number, target, authorization);
        if (fault is not null && FaultyResponse.Replaces(fault))
        {
            await FaultyResponse.SendAsync(http, fault, _options.Time);
            return;
        }

        using var answer = await AnswerAsync(http, path, (fault as Fault.ForeignNextLink)?.Host ?? new Uri($"http://{http.Request.Host}/"));
        if (_options.Gzip && http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
        {
            using var compressed = answer.Gzip();
            await FaultyResponse.SendAsync(http, compressed, fault, _options.Time);
            return;
        }

        await FaultyResponse.SendAsync(http, answer, fault, _options.Time);
    }

    private async Task<Answer> AnswerAsync(HttpContext http, string path, Uri linkBase)
    {
        var endpoint = _endpoints.FirstOrDefault(e => e.Matches(path));
        if (endpoint is null)
        {
            return Answer.Of(404, """{"error":"no such endpoint"}""");
        }

        var request = new VendorRequest(http, _options, _log.View(), Credentials, linkBase, Volatile.Read(ref _cursorGeneration));
        if (!endpoint.Authorizes(request))
        {
            return endpoint.Refuse();
        }

        return _rate.TryTake(out var resetAt, out var wait)
            ? await endpoint.ReplyAsync(request, http.RequestAborted)
            : endpoint.Throttle(resetAt, wait);
    }

    private void Remember(VendorCall call)
    {
        _recent.Enqueue(call);
        if (call.Number > RecentRequestsKept)
        {
            _recent.TryDequeue(out _);
        }
    }
}
