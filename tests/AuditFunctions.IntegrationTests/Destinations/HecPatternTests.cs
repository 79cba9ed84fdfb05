using AuditFunctions.Configuration;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Destinations.SplunkHec;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;
using Reply = AuditFunctions.Tests.Support.ScriptedServer.Reply;

namespace AuditFunctions.Tests.Destinations;

/// <summary>What Splunk is told of events: in their envelopes, or in the query of the raw endpoint.</summary>
public sealed class HecPatternTests
{
    [Fact]
    public void Patterns_say_where_an_event_comes_from() => Assert.Equal(
        """
        {"host":"eu.acme","source":"audit:acme","index":"audit_acme","sourcetype":"acme:eu:json","fields":{"event_id":"1"},"event":{}}

        """,
        FormatText.Of(new SplunkHecFormat("audit_{source}", "{source}:{partition}:json", "{partition}.{source}", 1_000, "audit:{source}"), ("{}", "1", null)));

    [Fact]
    public void Patterns_name_template_and_vendor_and_the_source_where_there_are_none()
    {
        var format = new SplunkHecFormat("audit", "audit:{template}", "{vendor}", 1_000, "{source}");
        Assert.Equal(
            """
            {"host":"Acme \"Sign\" é","source":"prod","index":"audit","sourcetype":"audit:acme-sign","fields":{"event_id":"1","audit_template":"acme-sign","audit_vendor":"Acme \"Sign\" é"},"event":{}}

            """,
            FormatText.Of(format, new BodyContext("prod", "eu") { Template = "acme-sign", Vendor = "Acme \"Sign\" é" }, ("{}", "1", null)));
        Assert.Equal(
            """
            {"host":"prod","source":"prod","index":"audit","sourcetype":"audit:prod","fields":{"event_id":"1"},"event":{}}

            """,
            FormatText.Of(format, new BodyContext("prod", "eu") { Template = "", Vendor = "" }, ("{}", "1", null)));
    }

    [Fact]
    public async Task Source_type_of_each_template_comes_from_one_row()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new Reply(200, """{"text":"Success","code":0}"""));
        await using var stage = await Stage.WithOktaAsync(new SandboxVendorOptions { Events = 20 });
        await stage.Harness.AddDestinationAsync(
            Stage.Destination, ("type", "splunk-hec"), ("url", server.BaseUrl + "/"), ("token", "secret:siem"), ("sourcetype", "audit:{template}"), ("host", "{vendor}"));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        string[] lines = [.. server.Requests.SelectMany(request => System.Text.Encoding.UTF8.GetString(KindStage.Raw(request)).Split('\n', StringSplitOptions.RemoveEmptyEntries))];
        Assert.Equal(20, lines.Length);
        Assert.All(lines, line => Assert.Contains("""
            "host":"Okta","source":"acme/default","sourcetype":"audit:okta-system-log","fields"
            """, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Raw_endpoint_is_told_in_the_query_and_gets_the_events_alone()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new Reply(200, """{"text":"Success","code":0}"""));
        await using var stage = KindStage.Create();
        var destination = DestinationConformanceTests.Define(
            ("type", "splunk-hec"), ("url", server.BaseUrl + "/"), ("token", "secret:siem"), ("endpoint", "raw"), ("index", "audit"), ("sourcetype", "{template}:im2 é"), ("source", "{source}/{partition}"), ("host", "h&{vendor}"));
        await stage.SendAsync(destination);
        await stage.SendAsync(destination);
        var request = server.Requests[0];
        Assert.Equal("/services/collector/raw?host=h%26Acme%20%22Sign%22%20%C3%A9&source=acme%2Feu-1&index=audit&sourcetype=acme-sign%3Aim2%20%C3%A9", request.PathAndQuery);
        Assert.True(Guid.TryParse(request.Header("X-Splunk-Request-Channel"), out _));
        Assert.Equal(request.Header("X-Splunk-Request-Channel"), server.Requests[1].Header("X-Splunk-Request-Channel"));
        Assert.Equal(
            string.Concat(KindStage.Events.Select(sent => sent.Bytes.Replace('\n', ' ').Replace('\r', ' ') + "\n")),
            System.Text.Encoding.UTF8.GetString(KindStage.Raw(request)));
    }

    [Fact]
    public async Task Stand_in_takes_raw_bodies()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 120 });
        await stage.Harness.AddDestinationAsync(Stage.Destination, ("type", "splunk-hec"), ("url", stage.Siem.BaseUrl.AbsoluteUri), ("token", "secret:siem"), ("endpoint", "raw"), ("index", "audit"));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.AssertAllOnce();
    }

    [Theory]
    [InlineData("event", "source", "{tenant}", "may hold {source}, {partition}, {template} and {vendor}, and no other braces.")]
    [InlineData("event", "index", "a}", "may hold {source}, {partition}, {template} and {vendor}, and no other braces.")]
    [InlineData("raw", "sourcetype", "{template", "may hold {source}, {partition}, {template} and {vendor}, and no other braces.")]
    public void Other_braces_are_refused(string endpoint, string column, string pattern, string expected)
    {
        var problems = new Problems();
        Assert.Null(DestinationCatalog.Read(
            PipelineHarness.Row("dest", ("type", "splunk-hec"), ("url", "https://siem.example/"), ("token", "secret:siem"), ("endpoint", endpoint), (column, pattern)), problems));
        var problem = Assert.Single(problems.Found);
        Assert.Equal((column, expected), (problem.Where, problem.What));
    }
}
