using System.Globalization;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Tests.Support;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;

namespace AuditFunctions.Tests.Fetching;

/// <summary>What a listing must not say: that objects were removed which it only failed to see.</summary>
public sealed class SnapshotDoubtTests
{
    private static readonly string[] Ten = [.. Enumerable.Range(0, 10).Select(at => ObjectVendor.Of($"o{at}", "1"))];

    [Fact]
    public async Task Objects_of_a_listing_that_are_lost_in_storage_while_it_is_read_are_not_said_to_be_removed()
    {
        await using var vendor = await ObjectVendor.StartAsync(Ten);
        await using var stage = await SnapshotTests.StartAsync(vendor, "diff");
        await ListAsync(stage);
        vendor.Objects[0] = ObjectVendor.Of("o0", "2");
        vendor.Objects[3] = ObjectVendor.Of("o3", "2");
        vendor.Instead = skip => skip == 4 ? new ScriptedServer.Reply(500, "") : null;
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAndShipAsync(Stage.Source));

        var open = (await stage.Harness.CheckpointAsync(Stage.Source)).Window!.OpenedAt;
        await foreach (var blob in Seen(stage).GetBlobsAsync())
        {
            if (blob.Name.Contains(open.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture), StringComparison.Ordinal))
            {
                await Seen(stage).DeleteBlobAsync(blob.Name);
            }
        }

        vendor.Instead = null;
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal(["changed o0 profile.text", "changed o3 profile.text"], SnapshotTests.Changes(stage, 10));
        Assert.Contains("lost in storage", Assert.Single(stage.Harness.Log.Of(2031)), StringComparison.Ordinal);

        // What it saw before that is known on.
        vendor.Objects.RemoveAt(1);
        await NextAsync(stage);
        Assert.Equal(["removed o1"], SnapshotTests.Changes(stage, 12).Where(change => change.StartsWith("removed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_listing_without_news_that_is_throttled_goes_on_where_it_was()
    {
        await using var vendor = await ObjectVendor.StartAsync(Ten);
        await using var stage = await SnapshotTests.StartAsync(vendor, "diff");
        await ListAsync(stage);

        // A vendor that takes three requests an hour: it would never come to its end if it started again each time.
        var asked = 0;
        vendor.Instead = _ => ++asked > 3 ? new ScriptedServer.Reply(429, "", ("Retry-After", "3600")) : null;
        vendor.Objects.RemoveAt(9);
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        for (var hour = 0; hour < 4; hour++)
        {
            asked = 0;
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            stage.Harness.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMinutes(1));
        }

        Assert.Equal(["removed o9"], SnapshotTests.Changes(stage, 10));
    }

    [Fact]
    public async Task An_error_in_the_middle_that_means_no_objects_is_no_end()
    {
        await using var vendor = await ObjectVendor.StartAsync(Ten);
        await using var stage = await SnapshotTests.StartAsync(vendor, "diff");
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns("diff", " }\nerrors: { status: 404, action: empty"));
        await ListAsync(stage);
        vendor.Instead = skip => skip == 4 ? new ScriptedServer.Reply(404, "{}") : null;
        await NextAsync(stage);
        Assert.Equal(10, stage.Siem.RawEvents.Count);
        Assert.Single(stage.Harness.Log.Of(2031));
    }

    [Fact]
    public async Task Another_request_begins_anew_instead_of_reporting_what_it_does_not_ask_for()
    {
        await using var vendor = await ObjectVendor.StartAsync(Ten);
        await using var stage = await SnapshotTests.StartAsync(vendor, "diff");
        await ListAsync(stage);
        vendor.Objects.RemoveRange(0, 5);
        var columns = vendor.Columns("diff");
        var at = Array.FindIndex(columns, column => column.Column == "definition");
        columns[at].Value = columns[at].Value.Replace("query: {", "query: { active: \"true\",", StringComparison.Ordinal);
        await stage.Harness.AddSourceAsync(Stage.Source, columns);
        await using var other = stage.Harness.Another();
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        await other.FetchAndShipAsync(Stage.Source);
        Assert.Equal(["added o5", "added o6", "added o7", "added o8", "added o9"], SnapshotTests.Changes(stage, 10));

        // When it is asked, and how the vendor is waited for, makes no other listing.
        columns[at].Value = columns[at].Value.Replace("interval: 1h", "interval: 2h", StringComparison.Ordinal);
        await stage.Harness.AddSourceAsync(Stage.Source, columns);
        await using var third = stage.Harness.Another();
        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        await third.FetchAndShipAsync(Stage.Source);
        Assert.Equal(15, stage.Siem.RawEvents.Count);
    }

    [Fact]
    public async Task An_object_that_a_deletion_moved_to_a_page_that_was_read_is_not_said_to_be_removed()
    {
        await using var vendor = await ObjectVendor.StartAsync(Ten);
        await using var stage = await SnapshotTests.StartAsync(vendor, "diff");
        await ListAsync(stage);

        // The vendor's pages are counted: behind the first two pages another object is deleted, and o4 moves to where they were read.
        vendor.Instead = skip =>
        {
            if (skip == 4 && vendor.Objects.Count == 10)
            {
                vendor.Objects.RemoveAt(0);
            }

            return null;
        };
        await NextAsync(stage);
        Assert.DoesNotContain("removed o4", SnapshotTests.Changes(stage, 10));
        await NextAsync(stage);
        Assert.Equal(["removed o0"], SnapshotTests.Changes(stage, 10));
    }

    [Fact]
    public async Task Fields_that_are_damaged_are_reported_and_stop_nothing()
    {
        await using var vendor = await ObjectVendor.StartAsync(Ten);
        await using var stage = await SnapshotTests.StartAsync(vendor, "diff");
        await ListAsync(stage);
        await foreach (var blob in Seen(stage).GetBlobsAsync())
        {
            if (blob.Name.Contains("/fields-", StringComparison.Ordinal))
            {
                var append = Seen(stage).GetAppendBlobClient(blob.Name);
                var bytes = (await append.DownloadContentAsync()).Value.Content.ToArray();
                bytes.AsSpan(12, 20).Fill(0xff);
                await append.CreateAsync();
                await append.AppendBlockAsync(new MemoryStream(bytes));
            }
        }

        vendor.Objects[0] = ObjectVendor.Of("o0", "2");
        vendor.Objects.RemoveAt(1);
        await NextAsync(stage);
        Assert.Equal(["changed o0"], SnapshotTests.Changes(stage, 10));
        Assert.Single(stage.Harness.Log.Of(2032));
    }

    [Fact]
    public async Task What_is_known_without_its_fields_is_reported_once_it_is_removed()
    {
        await using var vendor = await ObjectVendor.StartAsync(Ten);
        await using var stage = await SnapshotTests.StartAsync(vendor, "diff");
        await ListAsync(stage);
        await foreach (var blob in Seen(stage).GetBlobsAsync())
        {
            if (blob.Name.Contains("/fields-", StringComparison.Ordinal))
            {
                await Seen(stage).DeleteBlobAsync(blob.Name);
            }
        }

        // In doubt: what is not listed is kept, without what cannot be read, beside what can.
        vendor.Objects.RemoveAt(9);
        vendor.Objects[0] = """{"profile":{"text":"none"}}""";
        await NextAsync(stage);
        vendor.Objects.RemoveAt(0);
        await NextAsync(stage);
        Assert.Equal(["added "], SnapshotTests.Changes(stage, 10));
        Assert.NotEmpty(stage.Harness.Log.Of(2032));
    }

    private static BlobContainerClient Seen(Stage stage) => stage.Harness.Storage.Seen;

    private static async Task ListAsync(Stage stage) => Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));

    private static async Task NextAsync(Stage stage)
    {
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Null((await stage.Harness.CheckpointAsync(Stage.Source)).Window);
    }
}
