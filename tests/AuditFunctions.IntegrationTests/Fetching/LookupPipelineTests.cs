using System.Text;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Lookups;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Lookup files in the whole pipeline, from the container on.</summary>
public sealed class LookupPipelineTests
{
    private const string List = "[ { action: lookup, path: user, into: dept, file: staff.csv, key: login, column: dept } ]";
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 50, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_page_in_flight_is_repeated_with_the_file_of_before_and_the_next_run_gets_the_new_one()
    {
        using var answer = new ManualResetEventSlim();
        await using var vendor = await ListVendor.StartAsync(
            [.. Enumerable.Range(0, 150).Select(at => Listed.Of($"e{at}", Start.AddSeconds(at), more: ",\"user\":\"anna\""))],
            (skip, _) =>
            {
                if (skip is not null)
                {
                    answer.Wait(TimeSpan.FromMinutes(1));
                }

                return null;
            });
        await using var stage = await StartAsync(vendor);
        await PutAsync(stage, "login,dept\nanna,Sales\n");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stage.Deadline());
        var run = stage.Harness.FetchAsync(Stage.Source, stop.Token);
        await Stage.UntilAsync(() => stage.Harness.CheckpointAsync(Stage.Source).GetAwaiter().GetResult().Status.Events > 0);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        answer.Set();
        Assert.StartsWith("staff.csv=", (await stage.Harness.CheckpointAsync(Stage.Source)).Window?.Lookups, StringComparison.Ordinal);

        // The file is replaced, and another process goes on.
        await PutAsync(stage, "login,dept\nanna,Board\n");
        await using var other = stage.Harness.Another();
        Assert.Equal(FetchOutcome.CaughtUp, await other.FetchAndShipAsync(Stage.Source));
        Assert.Null((await stage.Harness.CheckpointAsync(Stage.Source)).Window);
        Assert.Equal(150, stage.Siem.RawEvents.Count(raw => Encoding.UTF8.GetString(raw).Contains("\"dept\":\"Sales\"", StringComparison.Ordinal)));

        vendor.Events.Add(Listed.Of("new", Start.AddMinutes(4), more: ",\"user\":\"anna\""));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        await other.FetchAndShipAsync(Stage.Source);
        Assert.Contains("\"dept\":\"Board\"", Encoding.UTF8.GetString(stage.Siem.RawEvents[^1]), StringComparison.Ordinal);
        Assert.Equal(151, stage.Siem.Received);
        Assert.Empty(stage.Harness.Log.Of(2028));
    }

    [Fact]
    public async Task A_file_that_is_missing_or_wrong_is_reported_and_events_go_on()
    {
        await using var vendor = await ListVendor.StartAsync([Listed.Of("a", Start, more: ",\"user\":\"anna\"")]);
        await using var stage = await StartAsync(vendor);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal(1, stage.Siem.CountOf("a"));
        Assert.Contains("1-lookup: lookup file 'staff.csv' is missing", Assert.Single(stage.Harness.Log.Of(2026)), StringComparison.Ordinal);

        await PutAsync(stage, "login\nanna\n");
        vendor.Events.Add(Listed.Of("b", Start.AddMinutes(4), more: ",\"user\":\"anna\""));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal(1, stage.Siem.CountOf("b"));
        Assert.Contains("lookup file 'staff.csv' has no column 'dept'", stage.Harness.Log.Of(2026)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_that_were_read_are_kept_for_a_week()
    {
        await using var vendor = await ListVendor.StartAsync([]);
        await using var stage = await StartAsync(vendor);
        var blobs = new LookupBlobs(stage.Harness.Storage, TimeProvider.System);
        Assert.Null(await blobs.FindAsync("staff.csv", default));
        await PutAsync(stage, "one");
        var first = (await blobs.FindAsync("staff.csv", default))!;
        Assert.Equal("one"u8.ToArray(), await blobs.ReadAsync("staff.csv", first, default));
        await PutAsync(stage, "two!");
        Assert.Equal(first, await blobs.FindAsync("staff.csv", first.Version, default));
        Assert.Equal("one"u8.ToArray(), await blobs.ReadAsync("staff.csv", first, default));

        // Eight days later the next version that is read sweeps it.
        var later = new LookupBlobs(stage.Harness.Storage, new ManualTime(DateTimeOffset.UtcNow.AddDays(8).ToString("O")));
        await later.ReadAsync("staff.csv", (await later.FindAsync("staff.csv", default))!, default);
        Assert.Null(await later.FindAsync("staff.csv", first.Version, default));
    }

    private static async Task PutAsync(Stage stage, string content)
    {
        await stage.Harness.Storage.Lookups.CreateIfNotExistsAsync();
        await stage.Harness.Storage.Lookups.GetBlobClient("staff.csv").UploadAsync(BinaryData.FromString(content), overwrite: true);
    }

    private static async Task<Stage> StartAsync(ListVendor vendor)
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, more: [("processors", List)]));
        return stage;
    }
}
