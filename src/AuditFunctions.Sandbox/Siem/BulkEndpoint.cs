using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AuditFunctions.Sandbox;

/// <summary>
/// Elasticsearch's <c>POST /{data stream}/_bulk</c>, as strict as the server about what it is sent: lines, types, a time in each document, and an id that exists.
/// </summary>
internal sealed class BulkEndpoint(SandboxSiemOptions options, SiemTokens tokens, Func<ParsedEvent, EventRefusal?> refusalOf)
{
    private readonly EventReader _events = new(options.IdFields);
    private readonly ConcurrentDictionary<string, bool> _ids = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, bool> _wasBusy = new();

    /// <summary>Whether a path is of this API.</summary>
    public static bool IsOf(string path) => path.EndsWith("/_bulk", StringComparison.Ordinal);

    /// <summary>The answer of <c>GET /</c>.</summary>
    public static Answer About(SiemTokens tokens, string authorization) => tokens.Check(authorization, "ApiKey") == 0
        ? Answer.Of(200, """{"name":"sandbox","cluster_name":"sandbox","version":{"number":"8.17.0"},"tagline":"You Know, for Search"}""")
        : Wrong(401, "security_exception", "missing authentication credentials for REST request [/]");

    /// <summary>Checks a request and judges each document; those that may be stored are in the events.</summary>
    public async Task<(Answer Answer, ParsedBody Stored)> HandleAsync(HttpContext http, PooledBuffer wire, PooledBuffer body, CancellationToken ct)
    {
        var stored = new ParsedBody();
        if (Refusal(http.Request) is { } refusal)
        {
            return (refusal, stored);
        }

        try
        {
            if (!await SiemBody.ReadAsync(http.Request, wire, body, Math.Min(options.MaxBodyBytes, 100 * 1024 * 1024), ct))
            {
                return (Answer.Of(413, ""), stored);
            }
        }
        catch (InvalidDataException)
        {
            return (Wrong(400, "not_x_content_exception", "Compressor detection can only be called on some xcontent bytes"), stored);
        }

        return (Judge(body.Written.Span, stored), stored);
    }

    private Answer? Refusal(HttpRequest request) =>
        !HttpMethods.IsPost(request.Method) ? Wrong(405, "method_not_allowed", "Incorrect HTTP method")
        : tokens.Check(request.Headers.Authorization.ToString(), "ApiKey") != 0 ? Wrong(401, "security_exception", "unable to authenticate with provided credentials")
        : request.ContentType is not { } type || !type.StartsWith("application/x-ndjson", StringComparison.Ordinal) ? Wrong(406, "media_type_header_exception", "Content-Type is not supported")
        : request.Path.Value!.Split('/') is not ["", { Length: > 0 } index, "_bulk"] || index.StartsWith('_') ? Wrong(400, "invalid_index_name_exception", "Invalid index name")
        : null;

    private Answer Judge(ReadOnlySpan<byte> body, ParsedBody stored)
    {
        if (body.Length == 0 || body[^1] != '\n')
        {
            return Wrong(400, "illegal_argument_exception", "The bulk request must be terminated by a newline [\\n]");
        }

        var items = new StringBuilder();
        var hasErrors = false;
        for (var at = 0; at < body.Length;)
        {
            var action = Line(body, ref at);
            var document = Line(body, ref at);
            if (IdOf(body[action]) is not { } id || document.End.Value == document.Start.Value)
            {
                return Wrong(400, "illegal_argument_exception", "Malformed action/metadata line, expected create");
            }

            var (status, error, found) = JudgeDocument(id, body, document);
            if (status is 500 or 400 && error is null)
            {
                stored.Events.Clear();
                return Wrong(status, status == 500 ? "internal_server_error" : "parsing_exception", "the request as a whole failed");
            }

            hasErrors |= error is not null;
            items.Append(items.Length > 0 ? "," : "").Append(error is null ? $$$"""{"create":{"status":{{{status}}}}}""" : $$$"""{"create":{"status":{{{status}}},"error":{{{error}}}}}""");
            if (status == 201)
            {
                _ids[id] = true;
                stored.Events.Add(found);
            }
        }

        return Answer.Of(200, $$"""{"errors":{{(hasErrors ? "true" : "false")}},"items":[{{items}}]}""");
    }

    private (int Status, string? Error, ParsedEvent Found) JudgeDocument(string id, ReadOnlySpan<byte> body, Range line)
    {
        ParsedEvent? found = null;
        long? time = null;
        try
        {
            var text = body[line];
            var reader = new Utf8JsonReader(text);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException();
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isTime = reader.ValueTextEquals("@timestamp"u8);
                var isEvent = reader.ValueTextEquals("audit"u8);
                reader.Read();
                if (isEvent && reader.TokenType != JsonTokenType.StartObject)
                {
                    return (400, Error("document_parsing_exception", "object mapping for [audit] tried to parse field [audit] as object, but found a concrete value"), default);
                }

                if (isEvent)
                {
                    var read = _events.Read(ref reader, text);
                    found = read with { Start = read.Start + line.Start.Value };
                }
                else if (isTime && reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var instant))
                {
                    time = (instant - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        catch (JsonException)
        {
            return (400, Error("document_parsing_exception", "failed to parse"), default);
        }

        return time is null || found is not { } known
            ? (400, Error("document_parsing_exception", "data stream timestamp field [@timestamp] is missing"), default)
            : Verdict(id, known with { TimeMicros = time });
    }

    private (int Status, string? Error, ParsedEvent Found) Verdict(string id, ParsedEvent found) => refusalOf(found) switch
    {
        EventRefusal.InvalidDataFormat => (400, Error("document_parsing_exception", "[1:210] failed to parse field [audit.n] of type [long]"), default),
        EventRefusal.PlainBadRequest or EventRefusal.Unnamed => (400, null, default),
        EventRefusal.ServerError => (500, null, default),
        EventRefusal.Busy when _wasBusy.TryAdd(found.Key, true) => (429, Error("es_rejected_execution_exception", "rejected execution of coordinating operation"), default),
        _ => _ids.ContainsKey(id) ? (409, Error("version_conflict_engine_exception", $"[{id}]: version conflict, document already exists"), default) : (201, null, found),
    };

    private static string? IdOf(ReadOnlySpan<byte> action)
    {
        try
        {
            var reader = new Utf8JsonReader(action);
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.TryGetProperty("create", out var create) && create.TryGetProperty("_id", out var id) && id.GetString() is { Length: > 0 and <= 512 } text ? text : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Range Line(ReadOnlySpan<byte> body, ref int at)
    {
        var start = at;
        var length = at < body.Length ? body[at..].IndexOf((byte)'\n') : 0;
        at = start + length + 1;
        return start..(start + length);
    }

    private static string Error(string type, string reason) => $$"""{"type":"{{type}}","reason":"{{reason}}"}""";

    private static Answer Wrong(int status, string type, string reason) => Answer.Of(status, $$"""{"error":{{Error(type, reason)}},"status":{{status}}}""");
}
