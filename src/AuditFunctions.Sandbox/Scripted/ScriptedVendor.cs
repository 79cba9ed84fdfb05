using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AuditFunctions.Sandbox;

/// <summary>A request as it came.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Target">Path and query, as they were sent.</param>
/// <param name="Headers">Names, in any case, to values.</param>
/// <param name="Body">The body as text.</param>
public sealed record ScriptedCall(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>What is answered.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The body as text; JSON unless a header says otherwise.</param>
/// <param name="Headers">Header lines.</param>
public sealed record ScriptedAnswer(int Status, string Body, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>The body where it is no text; null for <see cref="Body"/>.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; init; }
}

/// <summary>A vendor on loopback that answers each request as its script says.</summary>
public sealed class ScriptedVendor : IAsyncDisposable
{
    private readonly LoopbackServer _server;

    private ScriptedVendor(LoopbackServer server) => _server = server;

    /// <summary>Where it listens, without a slash at the end.</summary>
    public string BaseUrl => _server.BaseUrl.GetLeftPart(UriPartial.Authority);

    /// <summary>Starts it on a free port; <paramref name="script"/> is called on the server's threads.</summary>
    public static async Task<ScriptedVendor> StartAsync(Func<ScriptedCall, ScriptedAnswer> script, CancellationToken cancellationToken) =>
        new(await LoopbackServer.StartAsync(0, http => AnswerAsync(http, script), cancellationToken));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task AnswerAsync(HttpContext http, Func<ScriptedCall, ScriptedAnswer> script)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var answer = script(new ScriptedCall(http.Request.Method, target, headers, Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length)));
        http.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
        {
            http.Response.Headers.Append(name, value);
        }

        var bytes = answer.Bytes ?? Encoding.UTF8.GetBytes(answer.Body);
        if (bytes.Length > 0)
        {
            http.Response.ContentType ??= "application/json";
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        }
    }
}
