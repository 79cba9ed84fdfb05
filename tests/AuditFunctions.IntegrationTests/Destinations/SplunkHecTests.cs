using System.Text.Json;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.SplunkHec;
using AuditFunctions.Destinations.Transport;

namespace AuditFunctions.Tests.Destinations;

public sealed class SplunkHecTests
{
    private static readonly IHttpProtocol Hec = new SplunkHecProtocol(new Uri("https://siem.example/"), HecWords.Splunk, gzip: true);

    [Fact]
    public void Envelope_is_pinned_to_the_byte()
    {
        var format = new SplunkHecFormat("audit", "okta:im2", null, 2_000_000);
        Assert.Equal(
            """
            {"time":1791048401.679,"host":"acme","source":"acme/eu","index":"audit","sourcetype":"okta:im2","fields":{"event_id":"e1"},"event":{ "a" : "\u00e9é" }}
            {"host":"acme","source":"acme/eu","index":"audit","sourcetype":"okta:im2","fields":{"event_id":"7"},"event":[1]}

            """,
            FormatText.Of(format, ("""{ "a" : "\u00e9é" }""", "e1", "2026-10-03T17:26:41.679Z"), ("[1]", "7", null)));
    }

    [Theory]
    [InlineData("2026-10-03T17:26:41Z", "1791048401")]
    [InlineData("2026-10-03T17:26:41.679Z", "1791048401.679")]
    [InlineData("2026-10-03T17:26:41.1234567Z", "1791048401.1234567")]
    [InlineData("2026-10-03T17:26:41.0000010Z", "1791048401.000001")]
    [InlineData("2026-10-03T19:26:41.100+02:00", "1791048401.1")]
    [InlineData("1970-01-01T00:00:00Z", "0")]
    [InlineData("1970-01-01T00:00:00.5Z", "0.5")]
    [InlineData("1969-12-31T23:59:59.5Z", "-0.5")]
    [InlineData("1969-12-31T23:59:58Z", "-2")]
    [InlineData("0001-01-01T00:00:00Z", "-62135596800")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "253402300799.9999999")]
    public void Time_is_plain_decimal_seconds(string time, string expected) =>
        Assert.StartsWith($"{{\"time\":{expected},\"host\"", FormatText.Of(new SplunkHecFormat(null, null, null, 1), ("{}", "1", time)), StringComparison.Ordinal);

    [Fact]
    public void Settings_are_escaped_and_ids_stand_as_the_vendor_escaped_them()
    {
        var text = FormatText.Of(new SplunkHecFormat("a\"b", "s\\t\n", "h\"<é", 1), ("{}", "x\\\"y\\u0041", null));
        var root = JsonDocument.Parse(text).RootElement;
        Assert.Equal(("a\"b", "s\\t\n", "h\"<é", "x\"yA"), (Text(root, "index"), Text(root, "sourcetype"), Text(root, "host"), Text(root.GetProperty("fields"), "event_id")));
        Assert.Contains("\"event_id\":\"x\\\"y\\u0041\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Absent_settings_are_left_to_the_token()
    {
        var names = JsonDocument.Parse(FormatText.Of(new SplunkHecFormat(null, "", null, 1), ("{}", "1", null))).RootElement.EnumerateObject().Select(p => p.Name);
        Assert.Equal(["host", "source", "fields", "event"], names);
    }

    // The table of destinations: HEC's answer codes.
    [Theory]
    [InlineData(200, 0, "Accepted")]
    [InlineData(200, 17, "Retry")]      // healthy, which is no answer to events
    [InlineData(200, 24, "Accepted")]
    [InlineData(200, 25, "Accepted")]
    [InlineData(403, 1, "Refused")]
    [InlineData(401, 2, "Refused")]
    [InlineData(401, 3, "Refused")]
    [InlineData(403, 4, "Refused")]
    [InlineData(400, 5, "Rejected")]
    [InlineData(400, 6, "Rejected 3")]
    [InlineData(400, 7, "Refused")]
    [InlineData(500, 8, "Retry")]
    [InlineData(503, 9, "Retry")]
    [InlineData(400, 10, "Refused")]
    [InlineData(400, 11, "Refused")]
    [InlineData(400, 12, "Rejected 3")]
    [InlineData(400, 13, "Rejected 3")]
    [InlineData(400, 14, "Refused")]
    [InlineData(400, 15, "Rejected 3")]
    [InlineData(400, 16, "Refused")]
    [InlineData(503, 18, "Retry")]
    [InlineData(503, 19, "Retry")]
    [InlineData(503, 20, "Retry")]
    [InlineData(400, 21, "Refused")]
    [InlineData(400, 22, "Refused")]
    [InlineData(503, 23, "Retry")]
    [InlineData(429, 26, "Retry")]
    [InlineData(429, 27, "Retry")]
    [InlineData(400, 28, "Refused")]
    [InlineData(413, 413, "Rejected")]
    [InlineData(200, 9, "Retry")]    // a code that contradicts its status
    [InlineData(400, 99, "Rejected")]
    public void Answer_code(int status, int code, string expected)
    {
        var result = Hec.Meaning(status, $$"""{"text":"Words","code":{{code}},"invalid-event-number":3}""");
        Assert.Equal(expected, result switch
        {
            SendResult.Rejected { Guilty: [var guilty], Others: OtherEvents.TakenBefore } => $"Rejected {guilty.Number}",
            _ => result.GetType().Name,
        });
    }

    [Theory]
    [InlineData(200, "", "Retry")]
    [InlineData(200, "{}", "Retry")]
    [InlineData(200, "It works!", "Retry")]
    [InlineData(200, "{\"status\":\"maintenance\"}", "Retry")]
    [InlineData(200, "\r\n <!DOCTYPE html>", "Retry")]
    [InlineData(200, "\uFEFF<html>{\"code\":0}", "Retry")]
    [InlineData(200, "{\"text\":\"Success\",\"code\":\"0\"}", "Retry")]
    [InlineData(503, "<html>", "Retry")]
    [InlineData(400, "", "Retry")]
    [InlineData(400, "<html>", "Retry")]
    [InlineData(415, "<html>", "Retry")]
    [InlineData(400, "{\"code\":", "Retry")]
    [InlineData(400, "[6]", "Retry")]
    [InlineData(400, "{\"code\":\"6\"}", "Retry")]
    [InlineData(408, "", "Retry")]
    [InlineData(302, "", "Refused")]
    [InlineData(402, "", "Refused")]
    [InlineData(431, "", "Refused")]
    [InlineData(413, "<html>", "Rejected")] // a proxy's limit is one too: smaller bodies pass
    public void Answer_that_is_not_hecs(int status, string answer, string expected) =>
        Assert.Equal(expected, Hec.Meaning(status, answer).GetType().Name);

    [Fact]
    public void Number_that_the_body_does_not_have_names_nobody()
    {
        Assert.Empty(Assert.IsType<SendResult.Rejected>(Hec.Meaning(400, """{"text":"Invalid data format","code":6,"invalid-event-number":10}""")).Guilty);
        Assert.Empty(Assert.IsType<SendResult.Rejected>(Hec.Meaning(400, """{"text":"Invalid data format","code":6,"invalid-event-number":-1}""")).Guilty);
    }

    [Fact]
    public void Health_is_code_17() =>
        Assert.IsType<SendResult.Accepted>(Hec.Meaning(200, """{"text":"HEC is healthy","code":17}""", isCheck: true));

    [Theory]
    [InlineData("https://siem.example", "https://siem.example/services/collector/event")]
    [InlineData("https://siem.example:8088/", "https://siem.example:8088/services/collector/event")]
    [InlineData("https://siem.example/services/collector/event", "https://siem.example/services/collector/event")]
    [InlineData("https://siem.example/services/collector/raw", "https://siem.example/services/collector/event")]
    [InlineData("https://siem.example/splunk/", "https://siem.example/splunk/services/collector/event")]
    public void Address_may_be_the_base_or_the_whole_endpoint(string url, string expected)
    {
        var definition = DestinationConformanceTests.Define(("type", "splunk-hec"), ("url", url), ("token", "secret:t"));
        var secrets = new Dictionary<string, SecretText> { ["token"] = new("x") };
        using var request = Protocols.Of(definition).Request(new SendBody("id", default, 0, 0, default), secrets);
        Assert.Equal(expected, request.RequestUri!.AbsoluteUri);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
