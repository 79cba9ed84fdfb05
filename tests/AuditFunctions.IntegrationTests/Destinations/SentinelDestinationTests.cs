using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Destinations.Sentinel;
using AuditFunctions.Destinations.Transport;
using AuditFunctions.Http.Tokens;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Destinations;

public sealed class SentinelDestinationTests
{
    private const string Rule = "dcr-0123456789abcdef0123456789abcdef";
    private static readonly IHttpProtocol Rules = new SentinelProtocol(new Uri("https://siem.example/"), Rule, "Custom-A_CL", gzip: true);

    // What Azure Monitor answers, and what it means.
    [Theory]
    [InlineData(204, "", "Accepted")]
    [InlineData(200, "", "Retry")]              // not an answer of this API: nothing may count as delivered
    [InlineData(200, "<html>", "Retry")]
    [InlineData(400, "<html>", "Retry")]
    [InlineData(202, "", "Retry")]
    [InlineData(302, "", "Refused")]
    [InlineData(400, """{"error":{"code":"InvalidRequestContent","message":"no"}}""", "Rejected")]
    [InlineData(400, """{"error":{"code":"RecordsTimeRangeIsMoreThan30Minutes","message":"no"}}""", "Rejected")] // pieces of it are in range
    [InlineData(400, """{"error":{"code":"ReadyBody_ClientConnectionAbort","message":"no"}}""", "Rejected")]
    [InlineData(400, """{"error":{"code":"InvalidStream","message":"no"}}""", "Refused")] // the address is wrong, not the events
    [InlineData(400, """{"error":"InvalidStream"}""", "Retry")] // no code of the service's
    [InlineData(400, "[", "Retry")]
    [InlineData(401, "", "Refused")]
    [InlineData(403, "", "Refused")]
    [InlineData(404, "", "Refused")]
    [InlineData(408, "", "Retry")]
    [InlineData(413, """{"error":{"code":"ContentLengthLimitExceeded","message":"no"}}""", "Rejected")]
    [InlineData(415, "", "Refused")]
    [InlineData(429, "", "Retry")]
    [InlineData(500, "", "Retry")]
    [InlineData(503, "<html>", "Retry")]
    public void Answer(int status, string answer, string expected) =>
        Assert.Equal(expected, Rules.Meaning(status, answer).GetType().Name);

    [Fact]
    public void Refusal_names_the_role_the_rule_and_how_long_it_may_take()
    {
        var answer = """{"error":{"code":"OperationFailed","message":"The token does not have access."}}""";
        var refused = Assert.IsType<SendResult.Refused>(Rules.Meaning(403, answer));
        Assert.Equal(
            $"HTTP 403, OperationFailed: The token does not have access. Give the app's identity the role 'Monitoring Metrics Publisher' on the data collection rule '{Rule}'; a new role may take 30 minutes to work.",
            refused.Reason);
    }

    [Theory]
    [InlineData("https://acme-ab12.westeurope-1.ingest.monitor.azure.com", "https://monitor.azure.com/.default")]
    [InlineData("https://acme-ab12-westeurope.logs.z1.ingest.monitor.azure.com/", "https://monitor.azure.com/.default")]
    [InlineData("https://acme-ab12.usgovvirginia-1.ingest.monitor.azure.us/dataCollectionRules/dcr-1/streams/x", "https://monitor.azure.us/.default")]
    [InlineData("https://acme-ab12.chinaeast2-1.ingest.monitor.azure.cn", "https://monitor.azure.cn/.default")]
    public void Token_is_for_the_cloud_of_the_address_and_the_request_names_rule_stream_and_batch(string url, string scope)
    {
        var definition = DestinationConformanceTests.Define(("type", "sentinel"), ("url", url), ("ruleId", Rule), ("stream", "Custom-A_CL"), ("clientId", "11111111-2222-3333-4444-555555555555"));
        Assert.Equal(new EntraToken(scope, "11111111-2222-3333-4444-555555555555"), definition.Token);
        using var request = Protocols.Of(definition).Request(
            new SendBody("00112233445566778899aabbccddeeff", new byte[10], 20, 1, default), new Dictionary<string, SecretText> { [EntraToken.Key] = new("t") });
        Assert.Equal($"https://{new Uri(url).Host}/dataCollectionRules/{Rule}/streams/Custom-A_CL?api-version=2023-01-01", request.RequestUri!.AbsoluteUri);
        Assert.Equal(("Bearer t", "application/json", "gzip"), (request.Headers.Authorization!.ToString(), request.Content!.Headers.ContentType!.ToString(), Assert.Single(request.Content.Headers.ContentEncoding)));
        Assert.Equal("00112233-4455-6677-8899-aabbccddeeff", Assert.Single(request.Headers.GetValues("x-ms-client-request-id")));
    }

    /// <summary>A row that could name any address would carry the identity's token there.</summary>
    [Theory]
    [InlineData("https://siem.example/")]
    [InlineData("https://ingest.monitor.azure.com.siem.example/")]
    [InlineData("https://siem.example/x.ingest.monitor.azure.com")]
    [InlineData("https://evilingest.monitor.azure.com/")]
    [InlineData("https://siem.example:443/?.ingest.monitor.azure.com")]
    public void Address_outside_azure_monitor_is_refused(string url)
    {
        var problems = new Problems();
        Assert.Null(DestinationCatalog.Read(PipelineHarness.Row("dest", ("type", "sentinel"), ("url", url), ("ruleId", Rule), ("stream", "Custom-A_CL")), problems));
        Assert.Contains(problems.Found, problem => problem.ToString().StartsWith("url: is no address of the Logs Ingestion API; its host ends in .ingest.monitor.azure.com or", StringComparison.Ordinal));
    }

    [Fact]
    public void Wrong_row_is_told_what_is_wrong()
    {
        var problems = new Problems();
        Assert.Null(DestinationCatalog.Read(
            PipelineHarness.Row(
                "dest",
                ("type", "sentinel"), ("url", "https://acme.westeurope-1.ingest.monitor.azure.com/?x=1"), ("ruleId", "/subscriptions/1/dcr"), ("stream", "AuditFunctions_CL"), ("clientId", "me"), ("maxBodyBytes", "1048576")),
            problems));
        Assert.Equal(
            """
            url: must hold no query; write the endpoint's address, such as https://acme-ab12.westeurope-1.ingest.monitor.azure.com.
            ruleId: is no immutable id of a data collection rule: dcr- and 32 hex digits. 'az monitor data-collection rule show' names it immutableId.
            stream: is no stream of a data collection rule for custom logs: Custom- and letters, digits, '-' and '_', such as Custom-AuditFunctions_CL.
            clientId: is no client id of an identity: 32 hex digits in five groups. It is not the identity's object id.
            maxBodyBytes: is 1048576; allowed: 100000 to 1000000.
            """,
            string.Join('\n', problems.Found));
        problems = new Problems();
        Assert.Null(DestinationCatalog.Read(PipelineHarness.Row("dest", ("type", "sentinel"), ("url", "https://acme.westeurope-1.ingest.monitor.azure.com/")), problems));
        Assert.Equal(["ruleId", "stream"], problems.Found.Select(problem => problem.Where));
    }
}
