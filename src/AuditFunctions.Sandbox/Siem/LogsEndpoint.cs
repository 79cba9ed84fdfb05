using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace AuditFunctions.Sandbox;

/// <summary>
/// Azure Monitor's Logs Ingestion API: <c>POST /dataCollectionRules/{id}/streams/{stream}?api-version=2023-01-01</c>, for one rule with one stream,
/// as strict as the service.
/// </summary>
internal sealed class LogsEndpoint(SandboxSiemOptions options, SiemTokens tokens)
{
    private const int MaxBytes = 1024 * 1024;
    private readonly LogsParser _parser = new(options);
    private readonly ConcurrentDictionary<string, bool> _dropped = new(StringComparer.Ordinal);

    /// <summary>Columns that came and that the stream does not declare.</summary>
    public IReadOnlyCollection<string> DroppedColumns => [.. _dropped.Keys];

    /// <summary>Whether a path is of this API.</summary>
    public static bool IsOf(string path) => path.StartsWith("/dataCollectionRules/", StringComparison.Ordinal);

    /// <summary>Checks a request and reads its rows into <paramref name="body"/>; the answer is null when they may be stored.</summary>
    public async Task<(Answer? Answer, ParsedBody Rows)> ReadAsync(HttpContext http, PooledBuffer wire, PooledBuffer body, CancellationToken ct)
    {
        var rows = new ParsedBody();
        if (Refusal(http.Request) is { } refusal)
        {
            return (refusal, rows);
        }

        try
        {
            if (!await SiemBody.ReadAsync(http.Request, wire, body, MaxBytes, ct))
            {
                return (LogsAnswers.Wrong(413, "ContentLengthLimitExceeded", $"Maximum allowed content length: {MaxBytes} bytes (1 MB)."), rows);
            }
        }
        catch (InvalidDataException)
        {
            return (BadContent("The body is no gzip."), rows);
        }

        rows = _parser.Read(body.Written.Span, column => _dropped.TryAdd(column, true));
        return (rows.Code == 0 ? null : BadContent("The body is no JSON array of objects."), rows);
    }

    /// <summary>The answer to content that is not taken.</summary>
    public static Answer BadContent(string message) => LogsAnswers.Wrong(400, "InvalidRequestContent", message);

    private Answer? Refusal(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        return !HttpMethods.IsPost(request.Method) ? LogsAnswers.Wrong(405, "MethodNotAllowed", "POST is expected.")
            : !authorization.StartsWith("Bearer ", StringComparison.Ordinal) || tokens.Check(authorization, "Bearer") != 0 ? LogsAnswers.Wrong(401, "InvalidToken", "The authentication token is missing or not valid.")
            : request.Query["api-version"].ToString() != "2023-01-01" ? LogsAnswers.Wrong(400, "InvalidApiVersion", "The api-version is missing or not supported.")
            : request.Path.Value!.Split('/') is not ["", "dataCollectionRules", var rule, "streams", var stream] || rule != options.LogsRuleId ? LogsAnswers.Wrong(404, "NotFound", "No data collection rule with this immutable id was found.")
            : stream != options.LogsStream ? LogsAnswers.Wrong(400, "InvalidStream", "The stream was not configured in the Data Collection Rule.")
            : request.ContentType is not { } type || !type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) ? LogsAnswers.Wrong(415, "UnsupportedMediaType", "application/json is expected.")
            : null;
    }
}
