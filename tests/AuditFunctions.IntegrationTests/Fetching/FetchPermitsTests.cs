using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Who fetches at the same time in one process.</summary>
public sealed class FetchPermitsTests
{
    [Fact]
    public async Task Messages_of_a_source_that_hangs_do_not_pile_up_and_its_time_out_ends_the_run()
    {
        await using var stage = await Stage.WithOktaAsync(new SandboxVendorOptions { Faults = new FaultPlan().Next(1, new Fault.Hang()) }, ("Fetching:MaxRetries", "3"));
        var text = Message(stage, Stage.Source);
        var first = stage.Harness.Fetch.HandleAsync(text, Stage.Deadline());
        await Stage.UntilAsync(() => stage.Vendor.Faults.Taken == 1);
        for (var copy = 0; copy < 5; copy++)
        {
            await stage.Harness.Fetch.HandleAsync(text, Stage.Deadline());
        }

        Assert.Equal(1, stage.Vendor.Requests);

        // Not asked again in the same run: a minute was no hiccup.
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await first;
        Assert.Equal(1, stage.Vendor.Requests);
        Assert.Contains("no whole answer within 60 s", (await stage.Harness.CheckpointAsync(Stage.Source)).Status.LastError, StringComparison.Ordinal);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.Harness.Fetch.HandleAsync(Message(stage, Stage.Source), Stage.Deadline());
        Assert.True((await stage.Harness.CheckpointAsync(Stage.Source)).Status.Events > 0, "the permit was never given back");
    }

    [Fact]
    public async Task What_is_too_much_for_one_vendor_is_asked_for_a_little_later()
    {
        await using var stage = await Stage.WithOktaAsync(new SandboxVendorOptions { Faults = new FaultPlan().Next(1, new Fault.Hang()) }, ("Fetching:MaxPerVendor", "1"));
        await using var other = await SandboxVendor.StartAsync(new SandboxVendorOptions(), Stage.Deadline());
        await stage.Harness.AddSourceAsync("second", stage.OktaColumns());
        await stage.Harness.AddSourceAsync("elsewhere", stage.OktaColumns(("domain", "other.okta.com")).Select(column => column.Column == "baseUrl" ? ("baseUrl", other.BaseUrl.AbsoluteUri.TrimEnd('/')) : column).ToArray());
        using var stop = new CancellationTokenSource();
        var first = stage.Harness.Fetch.HandleAsync(Message(stage, Stage.Source), stop.Token);
        await Stage.UntilAsync(() => stage.Vendor.Faults.Taken == 1);

        await stage.Harness.Fetch.HandleAsync(Message(stage, "second"), Stage.Deadline());
        await stage.Harness.Fetch.HandleAsync(Message(stage, "elsewhere"), Stage.Deadline());

        Assert.Equal((1, 1), (stage.Vendor.Requests, await PipelineHarness.CountAsync(stage.Harness.Storage.FetchQueue)));
        Assert.True((await stage.Harness.CheckpointAsync("elsewhere")).Status.Events > 0);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await stage.Harness.Fetch.HandleAsync(Message(stage, "second"), Stage.Deadline());
        Assert.True((await stage.Harness.CheckpointAsync("second")).Status.Events > 0);
    }

    [Fact]
    public async Task Place_is_waited_for_while_the_work_there_is_short_and_not_when_it_is_long()
    {
        var time = new ManualTime();
        var bulkhead = new Bulkhead(1, time);
        var first = await bulkhead.EnterAsync("a", TimeSpan.FromSeconds(3), default);
        Assert.NotNull(first);
        Assert.NotNull(await bulkhead.EnterAsync("b", TimeSpan.Zero, default));
        Assert.Null(await bulkhead.EnterAsync("a", TimeSpan.Zero, default));
        var waiting = bulkhead.EnterAsync("a", TimeSpan.FromSeconds(3), default).AsTask();
        Assert.False(waiting.IsCompleted);
        first.Dispose();
        first.Dispose();
        var second = await waiting;
        Assert.NotNull(second);
        var impatient = bulkhead.EnterAsync("a", TimeSpan.FromSeconds(3), default).AsTask();
        await time.WhenWaitingAsync(1, Stage.Deadline());
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Null(await impatient);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await bulkhead.EnterAsync("a", TimeSpan.FromSeconds(3), default));
        second.Dispose();
        Assert.NotNull(await bulkhead.EnterAsync("a", TimeSpan.Zero, default));
    }

    private static string Message(Stage stage, string source) => new FetchMessage(source, ["default"], stage.Harness.Time.GetUtcNow()).ToWire().ToString();
}
