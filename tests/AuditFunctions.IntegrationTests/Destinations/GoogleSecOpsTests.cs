using AuditFunctions.Configuration;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;
using Reply = AuditFunctions.Tests.Support.ScriptedServer.Reply;

namespace AuditFunctions.Tests.Destinations;

/// <summary>Google SecOps, beside what the suite asks of every kind.</summary>
public sealed class GoogleSecOpsTests
{
    [Fact]
    public void A_body_is_pinned_to_the_byte() => Assert.Equal(
        """{"inlineSource":{"logs":[{"data":"eyAiYSIgOiAi6SJ9","logEntryTime":"2026-10-03T17:26:41.6790000Z","collectionTime":"2026-10-03T17:26:42.6790000Z","labels":{"source":{"value":"acme"},"partition":{"value":"eu"},"event_id":{"value":"e1"},"event_time":{"value":"2026-10-03T17:26:41.6790000Z"}}},{"data":"WzFd","logEntryTime":"1970-01-01T00:00:00.0000000Z","collectionTime":"1970-01-01T00:00:01.0000000Z","labels":{"source":{"value":"acme"},"partition":{"value":"eu"},"event_id":{"value":"7"}}}]}}"""
            .Replace("eyAiYSIgOiAi6SJ9", Convert.ToBase64String("{ \"a\" : \"é\"}"u8), StringComparison.Ordinal),
        FormatText.Of(Define(new Uri("https://siem.example/")).Format, ("{ \"a\" : \"é\"}", "e1", "2026-10-03T17:26:41.679Z"), ("[1]", "7", null)));

    [Theory]
    [InlineData("first-secret")]
    [InlineData("{\"client_email\":\"first-secret\"}")]
    [InlineData("{\"client_email\":\"a\",\"private_key_id\":\"b\",\"private_key\":\"first-secret\"}")]
    [InlineData("[]")]
    public async Task A_secret_that_is_no_key_file_is_refused_and_nothing_is_sent(string secret)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new Reply(200, "{}"));
        await using var stage = KindStage.Create(("AUDIT_SECRET_SIEM", secret));
        var refused = Assert.IsType<SendResult.Refused>(await stage.SendAsync(Define(new Uri(server.BaseUrl + "/"))));
        Assert.True(refused.IsCredential);
        Assert.StartsWith("The secret of 'serviceAccount' is not the key file of a service account", refused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("first-secret", refused.Reason, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_request_goes_to_the_log_type_of_the_instance()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new Reply(200, "{}"));
        await using var stage = KindStage.Create(("AUDIT_SECRET_SIEM", GoogleKeys.FileOf("k")));
        Assert.IsType<SendResult.Accepted>(await stage.SendAsync(Define(new Uri(server.BaseUrl + "/"))));
        Assert.Equal(
            "/v1beta/projects/acme-security/locations/us/instances/01234567-89ab-4cde-8f01-23456789abcd/logTypes/OKTA/logs:import",
            Assert.Single(server.Requests).PathAndQuery);
    }

    [Theory]
    [InlineData("url", "https://chronicle.example.com", "is no address of Google; its host ends in .googleapis.com.")]
    [InlineData("logType", "OKTA/x", "may hold letters, digits, '-', '_', '.' and ':' only.")]
    public void A_token_goes_nowhere_else_and_names_are_names(string column, string value, string expected)
    {
        var row = DestinationConformanceTests.Least("google-secops", new Uri("https://siem.example/")).Where(least => least.Column != column).Append((column, value));
        var problems = new Problems();
        Assert.Null(DestinationCatalog.Read(PipelineHarness.Row("dest", [.. row]), problems));
        var problem = Assert.Single(problems.Found);
        Assert.Equal((column, expected), (problem.Where, problem.What));
    }

    private static DestinationDefinition Define(Uri url) => DestinationConformanceTests.Define(DestinationConformanceTests.Least("google-secops", url));
}
