using System.Globalization;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Events;
using AuditFunctions.Http.Tokens;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Shipping;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Destinations;

/// <summary>The same contract for every destination type of the catalog.</summary>
public sealed class DestinationConformanceTests
{
    public static TheoryData<string> Types => [.. DestinationCatalog.Types.Select(type => type.Name)];

    public static TheoryData<string> WithUrl => [.. Kinds.OnHttp.Select(cases => cases.Type).Distinct()];

    public static IEnumerable<object[]> TypesPlainAndGzip =>
        DestinationCatalog.Types.Where(type => type.Columns.Any(column => column.Name == "gzip")).SelectMany(type => new[] { new object[] { type.Name, "true" }, [type.Name, "false"] });

    /// <summary>The least that a row of a type needs, and the SIEM's endpoint for it. A new type adds a line here.</summary>
    internal static (string Column, string Value)[] Least(string type, Uri siem) => type switch
    {
        "splunk-hec" => [("type", type), ("url", siem.AbsoluteUri), ("token", "secret:siem")],
        "http" => [("type", type), ("url", new Uri(siem, "ingest").AbsoluteUri), ("auth", "bearer"), ("token", "secret:siem")],
        "sentinel" =>
        [
            ("type", type), ("url", siem.IsLoopback ? siem.AbsoluteUri : "https://acme-ab12.westeurope-1.ingest.monitor.azure.com/"),
            ("ruleId", "dcr-00000000000000000000000000000001"), ("stream", "Custom-AuditFunctions_CL"),
        ],
        "elastic" => [("type", type), ("url", siem.AbsoluteUri), ("index", "logs-audit-default"), ("apiKey", "secret:siem")],
        "otlp" => [("type", type), ("url", siem.AbsoluteUri), ("header", "Authorization"), ("token", "secret:bearer")],
        "crowdstrike-ngsiem" => [("type", type), ("url", siem.AbsoluteUri), ("token", "secret:siem")],
        "file" => [("type", type), ("folder", "audit")],
        "stdout" => [("type", type)],
        "syslog" => [("type", type), ("address", "siem.example.com:6514")],
        "kafka" => [("type", type), ("servers", "broker1.example.com:9093,broker2.example.com:9093"), ("topic", "audit"), ("username", "auditfunctions"), ("password", "secret:siem")],
        "azure-blob" => [("type", type), ("url", siem.IsLoopback ? siem.AbsoluteUri : "https://acme.blob.core.windows.net/audit")],
        "s3" => [("type", type), ("url", siem.AbsoluteUri), ("bucket", "acme-audit"), ("region", "eu-central-1"), ("accessKeyId", "secret:siem"), ("secretAccessKey", "secret:siem")],
        "datadog" or "coralogix" => [("type", type), ("url", siem.AbsoluteUri), ("apiKey", "secret:siem")],
        "newrelic" => [("type", type), ("url", siem.AbsoluteUri), ("licenseKey", "secret:siem")],
        "sumo" or "dynatrace" or "rapid7" or "betterstack" or "logzio" => [("type", type), ("url", siem.AbsoluteUri), ("token", "secret:siem")],
        "cortex-xsiam" => [("type", type), ("url", siem.AbsoluteUri), ("apiKey", "secret:siem")],
        "exabeam" => [("type", type), ("url", siem.AbsoluteUri), ("token", "secret:siem")],
        "google-secops" =>
        [
            ("type", type), ("url", siem.IsLoopback ? siem.AbsoluteUri : "https://chronicle.eu.rep.googleapis.com"), ("project", "acme-security"),
            ("instance", "01234567-89ab-4cde-8f01-23456789abcd"), ("logType", "OKTA"), ("serviceAccount", "secret:siem"),
        ],
        "panther" => [("type", type), ("url", new Uri(siem, "http/0a1b").AbsoluteUri), ("token", "secret:siem")],
        "axiom" => [("type", type), ("url", siem.AbsoluteUri), ("dataset", "audit"), ("token", "secret:siem")],
        "loki" => [("type", type), ("url", siem.AbsoluteUri), ("auth", "bearer"), ("token", "secret:siem")],
        "event-hubs" or "service-bus" => [("type", type), ("url", siem.IsLoopback ? new Uri(siem, "audit").AbsoluteUri : "https://acme.servicebus.windows.net/audit")],
        "adx" => [("type", type), ("url", siem.IsLoopback ? siem.AbsoluteUri : "https://acme.westeurope.kusto.windows.net"), ("database", "security"), ("table", "AuditEvents"), ("mapping", "audit")],
        "graylog" => [("type", type), ("url", siem.AbsoluteUri), ("header", "Authorization"), ("token", "secret:siem")],
        "qradar" => [("type", type), ("url", siem.AbsoluteUri), ("header", "X-Api-Key"), ("token", "secret:siem")],
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Say what the least row of this type is."),
    };

    internal static DestinationDefinition Define(params (string Column, string Value)[] columns)
    {
        var problems = new Problems();
        var definition = DestinationCatalog.Read(PipelineHarness.Row("dest", columns), problems);
        Assert.Empty(problems.Found);
        return definition!;
    }

    [Theory]
    [MemberData(nameof(TypesPlainAndGzip))]
    public async Task Stand_in_takes_what_is_framed_plain_and_compressed(string type, string gzip)
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 120 });
        stage.Harness.Configuration["AUDIT_SECRET_BEARER"] = "Bearer " + PipelineHarness.Token;
        if (type == "google-secops")
        {
            stage.Harness.Configuration["AUDIT_SECRET_SIEM"] = GoogleKeys.FileOf(PipelineHarness.Token);
        }

        await stage.Harness.AddDestinationAsync(Stage.Destination, [.. Least(type, stage.Siem.BaseUrl), ("gzip", gzip)]);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.AssertAllOnce();
        Assert.Equal(gzip == "true", stage.Siem.WireBytes < stage.Siem.Bytes);
        Assert.All(stage.Siem.RawEvents, raw => Assert.StartsWith("{\"id\":\"", Encoding.UTF8.GetString(raw), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Same_events_give_the_same_bytes_and_types_that_share_a_framing_share_where_events_stand_in_it(string type)
    {
        var format = Define(Least(type, new Uri("https://siem.example/"))).Format;
        Assert.Equal(FormatText.Of(format, ("{\"a\":1}", "1", "2026-01-01T00:00:00Z")), FormatText.Of(format, ("{\"a\":1}", "1", "2026-01-01T00:00:00Z")));
        Assert.Matches("^[a-z-]+/[0-9]+$", format.Kind);
        Assert.All(
            DestinationCatalog.Types.Where(other => Define(Least(other.Name, new Uri("https://siem.example/"))).Format.Kind == format.Kind),
            other => Assert.Same(BodyReadings.Find(format.Kind), other.Framings[format.Kind]));
    }

    [Theory]
    [MemberData(nameof(WithUrl))]
    public void Literal_secrets_plain_http_and_unknown_columns_are_refused_and_never_echoed(string type)
    {
        var columns = Least(type, new Uri("https://siem.example/")).ToDictionary(column => column.Column, column => column.Value);
        var secret = DestinationCatalog.Types.Single(known => known.Name == type).Columns.FirstOrDefault(column => column.Secret)?.Name ?? "token";
        columns[secret] = "plaintext-password";
        columns["url"] = "http://user:plaintext-password@siem.example/?key=plaintext-password";
        columns["colour"] = "blue";
        var problems = new Problems();
        Assert.Null(DestinationCatalog.Read(PipelineHarness.Row("dest", [.. columns.Select(pair => (pair.Key, pair.Value))]), problems));
        Assert.Equal(new[] { "colour", secret, "url" }.Order(StringComparer.Ordinal), problems.Found.Select(problem => problem.Where).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("plaintext-password", string.Join('\n', problems.Found), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void No_row_however_odd_throws(string type) => Law.ForSeeds(300, random =>
    {
        var columns = DestinationCatalog.Types.Single(known => known.Name == type).Columns.Select(column => column.Name).Append("odd\n");
        string[] values = ["", " ", "-1", "99999999999", "true", "TRUE ", "x", "secret:", "secret:a b", "secret:ok", "hmac", "basic", "https://", "https://a", "{", "\0", "é"];
        var row = SourceRowOf(columns.Where(_ => random.Next(2) == 0).Select(column => (column, values[random.Next(values.Length)])).Append(("type", type)));
        var problems = new Problems();
        var definition = DestinationCatalog.Read(row, problems);
        Assert.Equal(problems.None, definition is not null);
    });

    [Theory]
    [InlineData("splunk-hec")]
    [InlineData("http")]
    [InlineData("sentinel")]
    public async Task Body_is_sent_with_its_length_and_the_current_secret(string type)
    {
        await using var stage = await ShipStage.StartAsync();
        var definition = Define(Least(type, stage.Siem.BaseUrl));
        var secrets = new Dictionary<string, SecretText> { ["token"] = new("sandbox-token"), [EntraToken.Key] = new("sandbox-token") };
        var batch = ShipStage.Batch("a", $"\"{new string('a', 500)}\"");
        using var request = Protocols.Of(definition).Request(new SendBody(batch.BatchId, batch.Body, batch.RawBytes, 1, DateTimeOffset.UnixEpoch), secrets);
        Assert.Equal(type == "http" ? batch.RawBytes : batch.Body!.Length, request.Content!.Headers.ContentLength);
        Assert.EndsWith(" sandbox-token", Assert.Single(request.Headers.GetValues("Authorization")), StringComparison.Ordinal);
    }

    private static TableRow SourceRowOf(IEnumerable<(string, string)> columns) =>
        PipelineHarness.Row("dest", [.. columns.Where(column => column.Item2.Trim().Length > 0)]);
}

/// <summary>What a format makes of events, as text.</summary>
internal static class FormatText
{
    public static string Of(IBodyFormat format, params (string Event, string Id, string? Time)[] events) => Of(format, new BodyContext("acme", "eu"), events);

    public static string Of(IBodyFormat format, BodyContext context, params (string Event, string Id, string? Time)[] events)
    {
        using var body = new PooledBytes();
        format.WriteStart(body, context);
        for (var at = 0; at < events.Length; at++)
        {
            var view = new EventView
            {
                Bytes = Encoding.UTF8.GetBytes(events[at].Event),
                Id = Encoding.UTF8.GetBytes(events[at].Id),
                Time = events[at].Time is { } time ? DateTimeOffset.Parse(time, CultureInfo.InvariantCulture) : null,
            };
            format.WriteEvent(body, context, view, first: at == 0);
        }

        format.WriteEnd(body, context);
        return Encoding.UTF8.GetString(body.WrittenSpan);
    }
}
