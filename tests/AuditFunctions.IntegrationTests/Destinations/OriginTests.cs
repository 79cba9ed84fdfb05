using System.Globalization;
using System.Text;
using System.Text.Json;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Destinations.Otlp;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;
using Reply = AuditFunctions.Tests.Support.ScriptedServer.Reply;

namespace AuditFunctions.Tests.Destinations;

/// <summary>What frames say of where an event comes from, beside its source and partition.</summary>
public sealed class OriginTests
{
    private const string Fetched = "2026-01-31T10:00:00.1234567Z";
    private const string Vendor = "Acme \\\"Sign\\\" é";

    // In JSON, with ' for ".
    private static readonly Dictionary<string, string[]> Expected = new()
    {
        ["splunk-hec/1"] = ["'fields':{'event_id':'2',@prefixed}"],
        ["http-array/1"] = [],
        ["hec-raw/1"] = [],
        ["http-envelope/1"] = ["{'source':'acme','partition':'eu-1',@plain,'events':[{"],
        ["sentinel/1"] = ["'Partition':'eu-1','Template':'acme-sign','Vendor':'@vendor','FetchedAt':'@fetched','Event':"],
        ["elastic/1"] = ["'dataset':'acme','module':'acme-sign','provider':'@vendor'},'labels':{'partition':'eu-1','fetched':'@fetched'},'audit':"],
        ["otlp-json/1"] =
        [
            "{'key':'audit.template','value':{'stringValue':'acme-sign'}},{'key':'audit.vendor','value':{'stringValue':'@vendor'}}]",
            "'observedTimeUnixNano':'1769853600123456700',",
        ],
        ["otlp-protobuf/1"] = ["\u000eaudit.template\u0012\u000b\n\tacme-sign", "\u000caudit.vendor\u0012\u0010\n\u000eAcme 'Sign' é"],
        ["lines/1"] = ["'id':'2',@plain,'event':{'id':2"],
        ["intake-lines/1"] = ["'id':'2',@plain,'event':{'id':2"],
        ["intake-array/1"] = ["'id':'2',@plain,'event':{'id':2"],
        ["datadog/1"] = ["'audit_partition':'eu-1',@prefixed,'audit_id':"],
        ["newrelic/1"] = ["{'logtype':'audit','audit_source':'acme','audit_partition':'eu-1',@prefixed}},'logs':["],
        ["dynatrace/1"] = ["'audit_partition':'eu-1',@prefixed,'audit_id':"],

        // No label: those make streams.
        ["loki/1"] = ["'stream':{'job':'auditfunctions','source':'acme','partition':'eu-1'}", "{'audit_id':'2',@prefixed}]"],
        ["axiom/1"] = ["'id':'2',@plain,'event':"],
        ["betterstack/1"] = ["'id':'2',@plain,'event':"],
        ["logzio/1"] = ["'id':'2',@plain,'event':"],
        ["coralogix/1"] = ["'text':{'partition':'eu-1','id':'2',@plain,'event':"],
        ["graylog/1"] = ["'_partition':'eu-1','_template':'acme-sign','_vendor':'@vendor','_fetched':'@fetched','_event_id':"],
        ["google-secops/1"] = ["'template':{'value':'acme-sign'},'vendor':{'value':'@vendor'},'fetched':{'value':'@fetched'}}}"],
        ["event-hubs/1"] = ["{'UserProperties':{'source':'acme','partition':'eu-1','id':'2',@plain},'Body':"],
        ["service-bus/1"] = ["'UserProperties':{'source':'acme','partition':'eu-1','id':'2',@plain},'Body':"],
        ["adx/1"] = ["'EventId':'2','Template':'acme-sign','Vendor':'@vendor','FetchedAt':'@fetched','Event':"],
    };

    private static readonly List<(string Column, string Value)[]> Rows =
    [
        .. Kinds.OnHttp.Select(cases => cases.Row(new Uri("http://127.0.0.1:9/")).ToArray()),
        [("type", "http"), ("url", "http://127.0.0.1:9/"), ("body", "envelope")],
        [("type", "otlp"), ("url", "http://127.0.0.1:9/"), ("encoding", "json")],
        [("type", "file"), ("folder", "audit")],
        [("type", "stdout")],
    ];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Rows.Count)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Frame_carries_template_vendor_and_fetch_time_where_it_has_a_place(int at)
    {
        var format = DestinationConformanceTests.Define(Rows[at]).Format;
        var text = Encoding.UTF8.GetString(Body(format, KindStage.Origin));
        Assert.All(Expected[format.Kind], fragment => Assert.Contains(Written(fragment), text, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Nothing_stands_in_a_frame_of_what_is_not_known_and_events_are_read_back_with_and_without(int at)
    {
        var format = DestinationConformanceTests.Define(Rows[at]).Format;
        var unknown = Body(format, new BodyContext("acme", "eu-1") { Template = "", Vendor = null });
        var text = Encoding.UTF8.GetString(unknown);
        Assert.DoesNotContain("template", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("vendor", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("fetched", text, StringComparison.OrdinalIgnoreCase);

        var known = Body(format, KindStage.Origin);
        Assert.Equal(Read(format, unknown), Read(format, known));
        Assert.Equal(KindStage.Events.Count, Read(format, known).Count);
    }

    /// <summary>Whoever names a workspace or a team at the vendor chooses this text: it must not end the value that it stands in, nor add another.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_partition_may_have_any_name(int at)
    {
        const string odd = "a\"],\"index\":\"other\\%2F{'é😀\u2028";
        var format = DestinationConformanceTests.Define(Rows[at]).Format;
        var (plain, named) = (Body(format, KindStage.Origin), Body(format, KindStage.Origin with { Partition = odd }));
        Assert.Equal(Read(format, plain), Read(format, named));
        if (format.Kind != OtlpProtobufFormat.KindName)
        {
            Assert.Equal(TextsIn(plain).Select(text => text.Replace("eu-1", odd, StringComparison.Ordinal)), TextsIn(named));
        }
    }

    [Fact]
    public void Every_framing_of_the_catalog_is_looked_at() => Assert.Equal(
        DestinationCatalog.Types.SelectMany(type => type.Framings.Keys).Except(["http-ndjson/1"]).Distinct().Order(StringComparer.Ordinal),
        Rows.Select(row => DestinationConformanceTests.Define(row).Format.Kind).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("2262-04-11T23:47:16.8547758Z", "9223372036854775800")]
    [InlineData("1969-12-31T23:59:59.9999999Z", "-100")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "0")]       // 64 bits do not hold it: Loki could not read the whole body
    [InlineData("0001-01-01T00:00:00Z", "0")]
    public void Nanoseconds_are_a_number_of_64_bits_always(string time, string expected)
    {
        var format = DestinationConformanceTests.Define(("type", "loki"), ("url", "http://127.0.0.1:9/"), ("auth", "none")).Format;
        Assert.Contains($"[\"{expected}\",\"{{}}\",", FormatText.Of(format, ("{}", "1", time)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Object_says_in_its_metadata_where_its_events_come_from()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new Reply(200, ""));
        await using var stage = KindStage.Create();
        var destination = DestinationConformanceTests.Define(Kinds.OnHttp.Single(cases => cases.Type == "s3").Row(new Uri(server.BaseUrl + "/")).ToArray());
        await stage.SendAsync(destination);
        var request = Assert.Single(server.Requests);
        string[] metadata = ["source", "partition", "template", "vendor", "fetched"];
        Assert.Equal(["acme", "eu-1", "acme-sign", "Acme%20%22Sign%22%20%C3%A9", Fetched], metadata.Select(name => request.Header("x-amz-meta-" + name)));

        // What S3 demands of such headers.
        Assert.All(metadata, name => Assert.Matches($"SignedHeaders=[a-z0-9;-]*;x-amz-meta-{name}[;,]", request.Header("Authorization")));
    }

    [Fact]
    public async Task Fetch_time_is_that_of_the_window_however_late_a_batch_is_delivered()
    {
        await using var stage = await Stage.WithOktaAsync(new SandboxVendorOptions { Events = 20 });
        var fetchedAt = stage.Harness.Time.GetUtcNow();
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAsync(Stage.Source));
        var texts = await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue);
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        await using var server = await ScriptedServer.StartAsync(_ => new Reply(200, """{"text":"Success","code":0}"""));
        await stage.Harness.AddDestinationAsync(Stage.Destination, ("type", "splunk-hec"), ("url", server.BaseUrl + "/"), ("token", "secret:siem"));
        await stage.Harness.ShipAsync(texts);

        string[] lines = [.. server.Requests.SelectMany(request => Encoding.UTF8.GetString(KindStage.Raw(request)).Split('\n', StringSplitOptions.RemoveEmptyEntries))];
        Assert.Equal(20, lines.Length);
        var fetched = fetchedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        Assert.All(lines, line => Assert.Contains($"\"audit_template\":\"okta-system-log\",\"audit_vendor\":\"Okta\",\"audit_fetched\":\"{fetched}\"", line, StringComparison.Ordinal));
    }

    // Names and values, but for hashes.
    private static List<string> TextsIn(byte[] body)
    {
        var texts = new List<string>();
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String && reader.GetString()! is var text && !BatchIds.IsOne(text))
            {
                texts.Add(text);
            }
        }

        return texts;
    }

    private static string Written(string fragment) => fragment
        .Replace("@plain", "'template':'acme-sign','vendor':'@vendor','fetched':'@fetched'", StringComparison.Ordinal)
        .Replace("@prefixed", "'audit_template':'acme-sign','audit_vendor':'@vendor','audit_fetched':'@fetched'", StringComparison.Ordinal)
        .Replace('\'', '"')
        .Replace("@vendor", Vendor, StringComparison.Ordinal)
        .Replace("@fetched", Fetched, StringComparison.Ordinal);

    private static byte[] Body(IBodyFormat format, BodyContext context)
    {
        using var packer = new BodyPacker(format, context, "dest");
        foreach (var (bytes, id, time) in KindStage.Events)
        {
            Assert.Null(packer.Add(new EventView { Bytes = Encoding.UTF8.GetBytes(bytes), Id = Encoding.UTF8.GetBytes(id), Time = time }, out var fits));
            Assert.True(fits);
        }

        using var body = packer.Finish()!;
        using var raw = new PooledBytes();
        Assert.True(BodyGzip.TryInflate(body.Gzip, raw));
        return raw.WrittenSpan.ToArray();
    }

    private static List<(string Event, string Id, DateTimeOffset? Time)> Read(IBodyFormat format, byte[] body)
    {
        var layout = BodyReadings.Find(format.Kind)!;
        return
        [
            .. BodyReadings.Read(format.Kind, body)!
                .Select(framed => (Encoding.UTF8.GetString(layout.Decode(body[framed.Event])), Encoding.UTF8.GetString(body[framed.Id]), framed.Time)),
        ];
    }
}
