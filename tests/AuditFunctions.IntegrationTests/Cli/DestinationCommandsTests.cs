using System.Text;
using System.Text.Json;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Cli;

/// <summary><c>auditfn destinations …</c></summary>
public sealed class DestinationCommandsTests
{
    [Theory]
    [InlineData("type: splunk-hec", "")]
    [InlineData("type: http", "ingest")]
    public async Task A_test_delivers_exactly_one_marked_event(string type, string path)
    {
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions { KeepEvents = true, Token = type.EndsWith("http", StringComparison.Ordinal) ? null : "sandbox-token" }, CliRun.Patience);
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", $"destinations:\n  - name: siem\n    {type}\n    url: {siem.BaseUrl}{path}\n" + (path.Length > 0 ? "" : "    token: secret:siem\n"));
        await run.DoneAsync("apply", "rows.yaml");

        var result = await run.DoneAsync("destinations", "test", "siem");
        Assert.Contains("took the marked event", result.Output, StringComparison.Ordinal);
        Assert.Equal(path.Length == 0, result.Output.Contains("health: healthy", StringComparison.Ordinal));
        var marked = JsonDocument.Parse(Encoding.UTF8.GetString(Assert.Single(siem.RawEvents))).RootElement;
        var inner = marked.TryGetProperty("event", out var framed) ? framed : marked;
        Assert.Equal("test siem", $"{inner.GetProperty("auditfunctions")} {inner.GetProperty("destination")}");
        Assert.InRange(DateTimeOffset.UtcNow - inner.GetProperty("sentAt").GetDateTimeOffset(), TimeSpan.Zero, TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task A_test_that_is_not_delivered_fails_with_the_answer()
    {
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions { Token = "another" }, CliRun.Patience);
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", $"destinations:\n  - name: siem\n    type: splunk-hec\n    url: {siem.BaseUrl}\n    token: secret:siem\n  - name: absent\n    type: splunk-hec\n    url: {siem.BaseUrl}\n    token: secret:absent\n");
        await run.DoneAsync("apply", "rows.yaml");

        var refused = await run.RunAsync("destinations", "test", "siem", "--json");
        Assert.Equal(1, refused.ExitCode);
        Assert.False(refused.Json.GetProperty("delivered").GetBoolean());
        Assert.Contains("Check that the HEC token is current", refused.Json.GetProperty("answer").GetString(), StringComparison.Ordinal);
        var missing = await run.RunAsync("destinations", "test", "absent");
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("AUDIT_SECRET_ABSENT", missing.Error, StringComparison.Ordinal);
        Assert.Equal(0, siem.Received);
    }

    /// <summary>Nothing else would take them, and nobody would look for them once the row is gone.</summary>
    [Fact]
    public async Task A_destination_is_removed_only_when_no_batch_waits_for_it()
    {
        await using var stage = await Shipping.SplitStage.StartAsync();
        using var run = await CliRun.OnStorageAsync();
        run.Set("Storage:Prefix", stage.Harness.Prefix);
        await stage.SendAsync("web", "one");
        await stage.Harness.Get<DestinationBacklog>().SentAsync("web", 1, default);
        var refused = await run.RunAsync("destinations", "remove", "web");
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("The destination 'web' is not removed: batches wait for it (about 1)", refused.Error, StringComparison.Ordinal);
        await run.DoneAsync("destinations", "remove", "hec");
        await stage.ShipAsync();
        await run.DoneAsync("destinations", "remove", "web");
    }

    [Fact]
    public async Task A_destination_is_removed_only_when_no_source_names_it()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Good);
        await run.DoneAsync("apply", "rows.yaml");
        Assert.Contains("(sources)  okta-prod", (await run.DoneAsync("destinations", "show", "splunk")).Output, StringComparison.Ordinal);
        Assert.Equal("okta-prod", (await run.DoneAsync("destinations", "list", "--json")).Json.GetProperty("destinations")[0].GetProperty("sources")[0].GetString());

        var refused = await run.RunAsync("destinations", "remove", "splunk");
        Assert.Equal((1, "The destination 'splunk' is not removed: okta-prod send to it. Change those rows first, or use --force.\n"), (refused.ExitCode, refused.Error));
        Assert.Equal("destination 'splunk': removed\n", (await run.DoneAsync("destinations", "remove", "splunk", "--force")).Output);
        Assert.Equal("There is no destination 'splunk'; there are no destinations yet; add rows with 'auditfn apply FILE'.\n", (await run.RunAsync("destinations", "show", "splunk")).Error);
        Assert.Contains("'splunk' is not defined", (await run.DoneAsync("sources", "list")).Error, StringComparison.Ordinal);
    }
}
