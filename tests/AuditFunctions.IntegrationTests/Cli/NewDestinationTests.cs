using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Operations.Adding;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Cli;

/// <summary><c>auditfn destinations new</c></summary>
public sealed class NewDestinationTests
{
    [Fact]
    public async Task A_dialogue_says_what_to_set_up_sends_one_event_and_writes_the_row()
    {
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), CliRun.Patience);
        using var run = await CliRun.OnStorageAsync();
        var result = await run.TypeAsync(["splunk", "1", "siem", siem.BaseUrl.AbsoluteUri, "secret:siem", "index=audit", "", "y"], "destinations", "new");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("There is no type 'splunk'.", result.Error, StringComparison.Ordinal);
        Assert.Contains("To set up there: In Splunk, Settings → Data inputs → HTTP Event Collector → New Token;", result.Error, StringComparison.Ordinal);
        Assert.Contains("took the marked event", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("destination 'siem': added to the tables\n", result.Output, StringComparison.Ordinal);
        var columns = (await run.DoneAsync("destinations", "show", "siem", "--json")).Json.GetProperty("columns");
        Assert.Equal("splunk-hec audit secret:siem", $"{columns.GetProperty("type")} {columns.GetProperty("index")} {columns.GetProperty("token")}");
    }

    [Fact]
    public async Task Options_answer_everything_and_a_refused_event_writes_nothing()
    {
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), CliRun.Patience);
        using var run = CliRun.Offline(("AUDIT_SECRET_SIEM", "sandbox-token"), ("AUDIT_SECRET_OLD", "wrong"));
        string[] line = ["destinations", "new", "splunk-hec", "--name", "siem", "--set", $"url={siem.BaseUrl}", "--file", "rows.yaml", "--yes"];
        var refused = await run.RunAsync([.. line, "--set", "token=secret:old"]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("did not take the marked event", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(run.Folder, "rows.yaml")));

        var result = await run.DoneAsync([.. line, "--set", "token=secret:siem", "--json"]);
        Assert.True(result.Json.GetProperty("written").GetBoolean());
        Assert.True(result.Json.GetProperty("destinationTest").GetProperty("delivered").GetBoolean());
        await run.DoneAsync("validate", "rows.yaml");
    }

    [Fact]
    public void Every_kind_says_what_to_set_up_on_the_other_side() =>
        Assert.All(DestinationCatalog.Types, type => Assert.False(string.IsNullOrEmpty(DestinationSetup.Of(type.Name)), type.Name));
}
