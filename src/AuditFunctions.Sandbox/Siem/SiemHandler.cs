using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace AuditFunctions.Sandbox;

/// <summary>Reads, checks and stores the events of one request, and says what to answer.</summary>
internal sealed class SiemHandler(
    SandboxSiemOptions options, SiemAccount account, SiemTokens tokens, ConcurrentDictionary<Guid, EventRefusal> refusals)
{
    private readonly HecParser _hec = new(options);
    private readonly IngestParser _ingest = new(options);
    private readonly BulkEndpoint _bulk = new(options, tokens, found => RefusalOf(found, refusals, options));
    private readonly IntakeEndpoint _intakes = new(options, tokens, found => RefusalOf(found, refusals, options));
    private readonly OtlpEndpoint _otlp = new(options, tokens, found => RefusalOf(found, refusals, options));

    /// <summary>The endpoint of the Logs Ingestion API.</summary>
    public LogsEndpoint Logs { get; } = new(options, tokens);

    /// <summary>Handles a request whose body is read into <paramref name="wire"/> (compressed) and <paramref name="body"/>.</summary>
    public async Task<Answer> HandleAsync(HttpContext http, int number, PooledBuffer wire, PooledBuffer body, Fault? fault, CancellationToken ct)
    {
        var path = http.Request.Path.Value ?? "";
        if (LogsEndpoint.IsOf(path))
        {
            var (wrong, rows) = await Logs.ReadAsync(http, wire, body, ct);
            return wrong ?? Rows(number, path, rows, body, fault);
        }

        if (BulkEndpoint.IsOf(path))
        {
            var (verdicts, stored) = await _bulk.HandleAsync(http, wire, body, ct);
            Store(number, path, stored, body, fault);
            return verdicts;
        }

        if (OtlpEndpoint.IsOf(path))
        {
            using var records = new PooledBuffer();
            var (response, stored) = await _otlp.HandleAsync(http, wire, body, records, ct);
            Store(number, path, stored, records, fault);
            return response;
        }

        if (IntakeEndpoint.Of(http.Request) is { } rules)
        {
            using var records = new PooledBuffer();
            var (answer, stored) = await _intakes.HandleAsync(rules, http, wire, body, records, ct);
            Store(number, path, stored, records, fault);
            return answer;
        }

        var isRaw = path == "/services/collector/raw";
        var isHec = isRaw || path is "/services/collector/event" or "/services/collector" or "/services/collector/event/1.0";
        if (!isHec && path != "/ingest")
        {
            return Answer.Of(404, """{"error":"no such endpoint"}""");
        }

        if (!HttpMethods.IsPost(http.Request.Method))
        {
            return Answer.Of(405, """{"error":"POST is expected"}""");
        }

        var code = CheckToken(http.Request.Headers.Authorization.ToString(), isHec);
        if (code != 0)
        {
            return isHec ? SiemAnswers.Hec(code) : SiemAnswers.Generic(401);
        }

        // The raw endpoint wants a channel, and knows these names in its query and no others.
        if (isRaw && !Guid.TryParse(http.Request.Headers["X-Splunk-Request-Channel"], out _))
        {
            return SiemAnswers.Hec(10);
        }

        if (isRaw && http.Request.Query.Keys.Any(name => name is not ("host" or "source" or "sourcetype" or "index")))
        {
            return SiemAnswers.Hec(6);
        }

        try
        {
            if (!await SiemBody.ReadAsync(http.Request, wire, body, options.MaxBodyBytes, ct))
            {
                return isHec ? SiemAnswers.Hec(413) : SiemAnswers.Generic(413);
            }
        }
        catch (InvalidDataException)
        {
            return isHec ? SiemAnswers.Hec(6) : SiemAnswers.Generic(400);
        }

        return isHec ? Hec(number, path, body, fault, isRaw) : await IngestAsync(http, number, path, body, fault);
    }

    // Services that speak HEC take their key as a bearer.
    private int CheckToken(string authorization, bool isHec) =>
        tokens.Check(authorization, isHec && !authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? "Splunk" : "Bearer");

    private Answer Hec(int number, string path, PooledBuffer body, Fault? fault, bool isRaw)
    {
        var span = body.Written.Span;
        var parsed = isRaw ? _ingest.Read(span, "application/x-ndjson") : _hec.Read(span);
        if (span.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            return SiemAnswers.Hec(5);
        }

        var refused = Refused(number, parsed, body, fault, out var refusal);
        if (refused >= 0 && refusal is (EventRefusal.PlainBadRequest or EventRefusal.ServerError))
        {
            return SiemAnswers.Generic(refusal == EventRefusal.ServerError ? 500 : 400);
        }

        if (refused >= 0 && refusal == EventRefusal.Unnamed)
        {
            return SiemAnswers.Hec(6);
        }

        if (refused >= 0)
        {
            parsed.Events.RemoveRange(refused, parsed.Events.Count - refused);
            parsed.Code = 6;
        }

        Store(number, path, parsed, body, fault);
        return SiemAnswers.Hec(parsed.Code, parsed.Code == 0 ? null : parsed.Events.Count);
    }

    private Answer Rows(int number, string path, ParsedBody rows, PooledBuffer body, Fault? fault)
    {
        if (Refused(number, rows, body, fault, out _) >= 0)
        {
            return LogsEndpoint.BadContent("A row is not as the stream declares it.");
        }

        Store(number, path, rows, body, fault);
        return LogsAnswers.Taken;
    }

    private async Task<Answer> IngestAsync(HttpContext http, int number, string path, PooledBuffer body, Fault? fault)
    {
        var parsed = _ingest.Read(body.Written.Span, http.Request.ContentType ?? "");
        var refusal = EventRefusal.PlainBadRequest;
        if (parsed.Code != 0 || Refused(number, parsed, body, fault, out refusal) >= 0)
        {
            switch (refusal)
            {
                case EventRefusal.HangUp:
                    http.Abort();
                    break;
                case EventRefusal.Hang:
                    await Task.Delay(Timeout.InfiniteTimeSpan, options.Time, http.RequestAborted);
                    break;
                case EventRefusal.Firewall:
                    return Answer.Of(403, "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected.</body></html>", "text/html");
            }

            return SiemAnswers.Generic(refusal == EventRefusal.ServerError ? 500 : 400);
        }

        Store(number, path, parsed, body, fault);
        return SiemAnswers.Generic(200);
    }

    private void Store(int number, string path, ParsedBody parsed, PooledBuffer body, Fault? fault)
    {
        account.Add(number, path, parsed.Events, body.Written.Span);
        if (parsed.Events.Count > 0)
        {
            options.OnStored?.Invoke(ArrivalOf(number, parsed, body, fault));
        }
    }

    // Returns the place of the first event that is refused; -1: none is.
    private int Refused(int number, ParsedBody parsed, PooledBuffer body, Fault? fault, out EventRefusal refusal)
    {
        refusal = default;
        if (refusals.IsEmpty && options.Refuses is null)
        {
            return -1;
        }

        for (var i = 0; i < parsed.Events.Count; i++)
        {
            if (refusals.TryGetValue(parsed.Events[i].Key, out refusal) || IsRefused(parsed.Events[i], out refusal))
            {
                options.OnRefused?.Invoke(ArrivalOf(number, parsed, body, fault));
                return i;
            }
        }

        return -1;
    }

    private bool IsRefused(ParsedEvent found, out EventRefusal refusal)
    {
        var how = options.Refuses?.Invoke(NameOf(found));
        refusal = how.GetValueOrDefault();
        return how is not null;
    }

    private static EventRefusal? RefusalOf(ParsedEvent found, ConcurrentDictionary<Guid, EventRefusal> refusals, SandboxSiemOptions options) =>
        refusals.TryGetValue(found.Key, out var refusal) ? refusal : options.Refuses?.Invoke(NameOf(found));

    private static SiemArrival ArrivalOf(int number, ParsedBody parsed, PooledBuffer body, Fault? fault) =>
        new(number, body.Written, [.. parsed.Events.Select(NameOf)], fault);

    private static string NameOf(ParsedEvent found) => found.Name ?? found.Key.ToString();
}
