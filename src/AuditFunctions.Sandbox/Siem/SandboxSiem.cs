using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace AuditFunctions.Sandbox;

/// <summary>
/// A SIEM on loopback: Splunk's HTTP Event Collector (<c>/services/collector/event</c>, <c>/services/collector</c> and
/// <c>/services/collector/health</c>), Azure Monitor's Logs Ingestion API with a managed identity's token endpoint, Elasticsearch's <c>_bulk</c>, OpenTelemetry's
/// <c>/v1/logs</c>, and a generic <c>/ingest</c>.
/// Counts every event, and misbehaves on demand.
/// </summary>
public sealed class SandboxSiem : IAsyncDisposable
{
    private readonly SandboxSiemOptions _options;
    private readonly SiemAccount _account;
    private readonly SiemTokens _tokens;
    private readonly SiemWaiters _waiters = new();
    private readonly SiemHandler _handler;
    private readonly ConcurrentQueue<SiemCall> _recent = new();
    private readonly ConcurrentDictionary<Guid, EventRefusal> _refusals = new();
    private LoopbackServer? _server;
    private int _requests;
    private long _bytes;
    private long _wireBytes;

    private SandboxSiem(SandboxSiemOptions options)
    {
        _options = options;
        _account = new SiemAccount(options.KeepEvents);
        _tokens = new SiemTokens(options.Token);
        _handler = new SiemHandler(options, _account, _tokens, _refusals);
        Identity = new SiemIdentity(options.Token ?? "sandbox-token", options.Time);
    }

    /// <summary>Where it listens, with a slash at the end.</summary>
    public Uri BaseUrl => _server?.BaseUrl ?? throw new InvalidOperationException("The SIEM has not started.");

    /// <summary>What goes wrong; may be changed while it runs.</summary>
    public FaultPlan Faults => _options.Faults;

    /// <summary>Answer of the health endpoint: 200 when true, 503 (queue full) when false. Default true.</summary>
    public bool IsHealthy { get; set; } = true;

    /// <summary>The managed identity whose tokens the Logs Ingestion endpoint takes.</summary>
    public SiemIdentity Identity { get; }

    /// <summary>Columns that the Logs Ingestion endpoint dropped, since its stream does not declare them.</summary>
    public IReadOnlyCollection<string> DroppedColumns => _handler.Logs.DroppedColumns;

    /// <summary>Different events stored.</summary>
    public int Received => _account.Received;

    /// <summary>Arrivals beyond the first of their event.</summary>
    public long Duplicates => _account.Duplicates;

    /// <summary>Requests so far without health checks, also those that met a fault.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Bytes of all bodies read so far, after decompression.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Bytes of all bodies read so far, as they came over the wire.</summary>
    public long WireBytes => Interlocked.Read(ref _wireBytes);

    /// <summary>Ids of all events stored. An event without an id has one made from its content.</summary>
    public IReadOnlyList<string> Ids => _account.Ids;

    /// <summary>Exact bytes of every event stored, in order of arrival, with <see cref="SandboxSiemOptions.KeepEvents"/>.</summary>
    public IReadOnlyList<byte[]> RawEvents => _account.RawEvents;

    /// <summary>Batches stored, in order of arrival.</summary>
    public IReadOnlyList<SiemBatch> Batches => _account.Batches;

    /// <summary>The latest requests, oldest first.</summary>
    public IReadOnlyList<SiemCall> RecentRequests => [.. _recent];

    /// <summary>Starts a SIEM.</summary>
    public static async Task<SandboxSiem> StartAsync(SandboxSiemOptions options, CancellationToken ct)
    {
        var siem = new SandboxSiem(options);
        siem._server = await LoopbackServer.StartAsync(options.Port, siem.HandleAsync, ct);
        return siem;
    }

    /// <summary>How often an event arrived.</summary>
    public int CountOf(string id) => _account.CountOf(id);

    /// <summary>The envelope's time of an event's latest arrival, in seconds since 1970; null without one.</summary>
    public decimal? TimeOf(string id) => _account.TimeMicrosOf(id) / 1_000_000m;

    /// <summary>Waits until this many different events have been stored.</summary>
    public Task WaitForAsync(int count, CancellationToken ct) => WaitUntilAsync(siem => siem.Received >= count, ct);

    /// <summary>Waits for a condition on this object; it is looked at after each request.</summary>
    public Task WaitUntilAsync(Func<SandboxSiem, bool> condition, CancellationToken ct) => _waiters.WaitAsync(() => condition(this), ct);

    /// <summary>Accepts exactly these tokens from now on.</summary>
    public void AcceptOnly(params IEnumerable<string> tokens) => _tokens.AcceptOnly(tokens);

    /// <summary>Refuses an event from now on.</summary>
    public void Refuse(string id, EventRefusal refusal) => _refusals[EventKey.Of(id)] = refusal;

    /// <summary>Takes all events again.</summary>
    public void RefuseNone() => _refusals.Clear();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    internal string ToJson() => $$"""
        {"received":{{Received}},"duplicates":{{Duplicates}},"requests":{{Requests}},"bytes":{{Bytes}},"wireBytes":{{WireBytes}}}
        """;

    private async Task HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (path == "/_account")
        {
            using var account = Answer.Of(200, ToJson());
            await FaultyResponse.SendAsync(http, account, fault: null, _options.Time);
            return;
        }

        if (path == SiemIdentity.Path)
        {
            using var token = Identity.Handle(http.Request);
            await FaultyResponse.SendAsync(http, token, fault: null, _options.Time);
            return;
        }

        if (path == "/" && HttpMethods.IsGet(http.Request.Method))
        {
            using var about = BulkEndpoint.About(_tokens, http.Request.Headers.Authorization.ToString());
            await FaultyResponse.SendAsync(http, about, fault: null, _options.Time);
            return;
        }

        if (path.StartsWith("/services/collector/health", StringComparison.Ordinal))
        {
            using var health = SiemAnswers.Hec(IsHealthy ? 17 : 18);
            await FaultyResponse.SendAsync(http, health, fault: null, _options.Time);
            return;
        }

        var number = Interlocked.Increment(ref _requests);
        var target = http.Request.GetEncodedPathAndQuery();
        var fault = Faults.Take(number, target, http.Request.Headers.Authorization.ToString());
        using var wire = new PooledBuffer();
        using var body = new PooledBuffer();
        try
        {
            if (fault is not null && FaultyResponse.Replaces(fault))
            {
                Remember(number, target, http, default);
                await FaultyResponse.SendAsync(http, fault, _options.Time);
                return;
            }

            using var answer = await _handler.HandleAsync(http, number, wire, body, fault, http.RequestAborted);
            var raw = wire.Length > 0 ? wire : body;
            Interlocked.Add(ref _bytes, body.Length);
            Interlocked.Add(ref _wireBytes, raw.Length);
            Remember(number, target, http, raw.Written);
            await FaultyResponse.SendAsync(http, answer, fault, _options.Time);
        }
        finally
        {
            _waiters.Check();
        }
    }

    private void Remember(int number, string target, HttpContext http, ReadOnlyMemory<byte> body)
    {
        var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _recent.Enqueue(new SiemCall(number, target, headers, _options.KeepBodies ? body.ToArray() : default));
        while (_recent.Count > _options.RecentRequestsKept)
        {
            _recent.TryDequeue(out _);
        }
    }
}
