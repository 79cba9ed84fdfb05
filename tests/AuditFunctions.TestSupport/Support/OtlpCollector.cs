namespace AuditFunctions.Tests.Support;

/// <summary>A stand-in OpenTelemetry collector: what was pushed to it by OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/, read 2026-11-21).</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly ScriptedServer _server;

    private OtlpCollector(ScriptedServer server) => _server = server;

    public string BaseUrl => _server.BaseUrl;

    /// <summary>Every body as it came.</summary>
    public IEnumerable<string> Bodies => _server.Requests.Select(request => request.Body);

    public IReadOnlyList<Span> Spans => [.. Records("/v1/traces").Select(fields => new Span(
        Field(fields, 1).Hex, Field(fields, 2).Hex, Field(fields, 4).Hex, Field(fields, 5).Text))];

    public IReadOnlySet<string> Metrics => Records("/v1/metrics").Select(fields => Field(fields, 1).Text).ToHashSet(StringComparer.Ordinal);

    /// <summary>The names of the attributes of the log records with some event id.</summary>
    public IReadOnlyList<IReadOnlySet<string>> Logs(int eventId) => [.. Records("/v1/logs")
        .Select(fields => fields.Where(field => field.Number == 6).Select(field => ProtobufField.Of(field.Bytes)).ToArray())
        .Where(attributes => attributes.Any(pair => Field(pair, 1).Text == "logrecord.event.id" && ProtobufField.Of(Field(pair, 2).Bytes).Any(value => value.Number == 3 && value.Value == (ulong)eventId)))
        .Select(attributes => attributes.Select(pair => Field(pair, 1).Text).ToHashSet(StringComparer.Ordinal))];

    public static async Task<OtlpCollector> StartAsync() => new(await ScriptedServer.StartAsync(_ => new(200, "")));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    // Resource, then scope, then the records: the same in all three kinds of request.
    private IEnumerable<IReadOnlyList<ProtobufField>> Records(string path) =>
        _server.Requests.Where(request => request.PathAndQuery == path).SelectMany(request => ProtobufField.At(request.Bytes, 1, 2, 2)).Select(ProtobufField.Of);

    private static ProtobufField Field(IReadOnlyList<ProtobufField> fields, int number) => fields.FirstOrDefault(field => field.Number == number);

    internal sealed record Span(string Trace, string Id, string Parent, string Name);
}
