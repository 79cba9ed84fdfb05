using System.Text;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Lookups;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;
using Azure.Storage.Blobs.Models;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Tables of listings: when they are written, and what other sources look up in them.</summary>
public sealed class ListingTableTests
{
    private const string Staff = "staff";
    private const string Keep = ", keep: { id: id, dept: profile.text }";
    private const string List = "[ { action: lookup, path: user, into: dept, snapshot: staff, key: id, column: dept } ]";
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 50, 0, TimeSpan.Zero);

    [Fact]
    public async Task Events_are_enriched_from_the_last_whole_listing_and_go_on_while_there_is_none()
    {
        await using var staff = await ObjectVendor.StartAsync([ObjectVendor.Of("anna", "Sales"), ObjectVendor.Of("ben", "IT"), ObjectVendor.Of("carl", "HR")]);
        await using var signIns = await ListVendor.StartAsync([Listed.Of("e1", Start, more: ",\"user\":\"carl\"")]);
        await using var stage = await StartAsync(staff, "full");
        await stage.Harness.AddSourceAsync(Stage.Source, signIns.Columns(stage, more: [("processors", List)]));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Contains(
            "1-lookup: lookup file 'snapshot-staff.jsonl' is not there yet; it is written when a listing of source 'staff' came to its end without doubt",
            Assert.Single(stage.Harness.Log.Of(2026)),
            StringComparison.Ordinal);
        Assert.Equal(1, stage.Siem.CountOf("e1"));

        await stage.Harness.FetchAndShipAsync(Staff);
        Assert.Contains("3 rows", Assert.Single(stage.Harness.Log.Of(2035)), StringComparison.Ordinal);
        Assert.Equal(["""{"id":"anna","dept":"Sales"}""", """{"id":"ben","dept":"IT"}""", """{"id":"carl","dept":"HR"}"""], await TableAsync(stage));
        await SignInAsync("e2", Start.AddMinutes(4), "carl");
        Assert.Contains("\"dept\":\"HR\"", Encoding.UTF8.GetString(stage.Siem.RawEvents[^1]), StringComparison.Ordinal);

        staff.Objects[2] = ObjectVendor.Of("carl", "Board");
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        await stage.Harness.FetchAndShipAsync(Staff);
        await SignInAsync("e3", Start.AddMinutes(70), "carl");
        Assert.Contains("\"dept\":\"Board\"", Encoding.UTF8.GetString(stage.Siem.RawEvents[^1]), StringComparison.Ordinal);
        Assert.Single(stage.Harness.Log.Of(2026));

        async Task SignInAsync(string id, DateTimeOffset at, string user)
        {
            signIns.Events.Add(Listed.Of(id, at, more: $",\"user\":\"{user}\""));
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            Assert.Equal(1, stage.Siem.CountOf(id));
        }
    }

    [Theory]
    [InlineData("full")]
    [InlineData("changed")]
    [InlineData("diff")]
    public async Task The_table_is_the_last_listing_whatever_of_it_is_sent(string changes)
    {
        await using var staff = await ObjectVendor.StartAsync([ObjectVendor.Of("a", "1"), ObjectVendor.Of("b", "1"), ObjectVendor.Of("c", "1")]);
        await using var stage = await StartAsync(staff, changes);
        await ListAsync(stage);
        staff.Objects[1] = ObjectVendor.Of("b", "2");
        staff.Objects.RemoveAt(0);
        staff.Objects.AddRange([ObjectVendor.Of("d", "1"), ObjectVendor.Of("d", "2")]);
        await NextAsync(stage);

        // Of what came twice the later counts.
        Assert.Equal(["""{"id":"b","dept":"2"}""", """{"id":"c","dept":"1"}""", """{"id":"d","dept":"2"}"""], await TableAsync(stage));

        // One that is the same stays: nobody reads it again.
        var before = await StampAsync(stage);
        staff.Objects.RemoveAt(2);
        await NextAsync(stage);
        Assert.Equal(before, await StampAsync(stage));
    }

    [Fact]
    public async Task A_listing_that_breaks_off_or_is_in_doubt_leaves_the_table()
    {
        await using var staff = await ObjectVendor.StartAsync(Enumerable.Range(0, 5).Select(at => ObjectVendor.Of($"o{at}", "1")));
        await using var stage = await StartAsync(staff, "changed");
        await ListAsync(stage);
        var before = await TableAsync(stage);
        Assert.Equal(5, before.Length);

        staff.Objects[0] = ObjectVendor.Of("o0", "2");
        staff.Instead = skip => skip == 2 ? new ScriptedServer.Reply(500, "") : null;
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAndShipAsync(Staff));
        Assert.Equal(before, await TableAsync(stage));

        // It goes on with an object that has no key.
        staff.Instead = null;
        staff.Objects[4] = """{"profile":{"text":"none"}}""";
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        await ListAsync(stage);
        Assert.Equal(before, await TableAsync(stage));
        Assert.Contains("objects without the key are in it", Assert.Single(stage.Harness.Log.Of(2033)), StringComparison.Ordinal);

        staff.Objects[4] = ObjectVendor.Of("o4", "2");
        await NextAsync(stage);
        Assert.Equal(["o0 2", "o1 1", "o2 1", "o3 1", "o4 2"], (await TableAsync(stage)).Select(row => $"{row[7..9]} {row[^3]}"));
    }

    [Theory]
    [InlineData("full")]
    [InlineData("diff")]
    public async Task A_table_is_emptied_when_two_listings_are_empty(string changes)
    {
        await using var staff = await ObjectVendor.StartAsync([ObjectVendor.Of("a", "1"), ObjectVendor.Of("b", "1")]);
        await using var stage = await StartAsync(staff, changes);
        await ListAsync(stage);
        staff.Objects.Clear();
        await NextAsync(stage);
        Assert.Equal(2, (await TableAsync(stage)).Length);
        Assert.Contains("it is empty", Assert.Single(stage.Harness.Log.Of(2033)), StringComparison.Ordinal);
        await NextAsync(stage);
        Assert.Empty(await TableAsync(stage));
    }

    [Fact]
    public async Task A_listing_in_which_keep_is_edited_or_whose_rows_are_lost_leaves_the_table()
    {
        await using var staff = await ObjectVendor.StartAsync(Enumerable.Range(0, 5).Select(at => ObjectVendor.Of($"o{at}", "1")));
        await using var stage = await StartAsync(staff, "diff");
        await ListAsync(stage);
        var before = await TableAsync(stage);

        // Half is read with other fields. What is kept is no change, so nothing is sent again.
        staff.Instead = skip => skip == 2 ? new ScriptedServer.Reply(500, "") : null;
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        staff.Objects[0] = ObjectVendor.Of("o0", "2");
        await stage.Harness.FetchAndShipAsync(Staff);
        await stage.Harness.AddSourceAsync(Staff, staff.Columns("diff", ", keep: [id]"));
        await using var other = stage.Harness.Another();
        staff.Instead = null;
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        await other.FetchAndShipAsync(Staff);
        Assert.Equal(before, await TableAsync(stage));
        Assert.Contains("'snapshot.keep' was edited", Assert.Single(stage.Harness.Log.Of(2033)), StringComparison.Ordinal);
        Assert.Equal(["added o0", "added o1", "added o2", "added o3", "added o4", "changed o0 profile.text"], SnapshotTests.Changes(stage, 0));

        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        staff.Instead = skip => skip == 2 ? new ScriptedServer.Reply(500, "") : null;
        staff.Objects[0] = ObjectVendor.Of("o0", "3");
        await other.FetchAndShipAsync(Staff);
        await foreach (var blob in stage.Harness.Storage.Seen.GetBlobsAsync(BlobTraits.None, BlobStates.None, null, default))
        {
            if (blob.Name.EndsWith("/rows-0000", StringComparison.Ordinal))
            {
                await stage.Harness.Storage.Seen.DeleteBlobAsync(blob.Name);
            }
        }

        staff.Instead = null;
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        await other.FetchAndShipAsync(Staff);
        Assert.Contains("rows of 2 objects are lost in storage", stage.Harness.Log.Of(2033)[^1], StringComparison.Ordinal);
        Assert.Equal(before, await TableAsync(stage));
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        await other.FetchAndShipAsync(Staff);
        Assert.Equal("""{"id":"o0"}""", (await TableAsync(stage))[0]);
    }

    [Fact]
    public async Task Values_keep_their_bytes_and_one_that_would_cost_the_table_is_left_out()
    {
        var deep = new string('[', 33) + new string(']', 33);
        await using var staff = await ObjectVendor.StartAsync(
        [
            ObjectVendor.Of("a", "1", ",\"n\":12345678901234567890,\"list\":[ 1,\n 2 ],\"none\":null"),
            ObjectVendor.Of("b", new string('x', 5_000), $",\"list\":{deep}"),
        ]);
        await using var stage = await StartAsync(staff, "full", ", keep: { id: id, dept: profile.text, number: n, \"a b\": list, none: none, first: 'list[0]' }");
        await ListAsync(stage);
        Assert.Equal(["""{"id":"a","dept":"1","number":12345678901234567890,"a b":[ 1, 2 ],"first":1}"""], (await TableAsync(stage))[..1]);
        Assert.StartsWith("""{"id":"b","first":[[""", (await TableAsync(stage))[1], StringComparison.Ordinal);
        Assert.Contains("2 values", Assert.Single(stage.Harness.Log.Of(2034)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_table_of_an_earlier_listing_never_takes_the_place_of_a_later_one()
    {
        await using var staff = await ObjectVendor.StartAsync([]);
        await using var stage = await StartAsync(staff, "full");
        var tables = new ListingTables(stage.Harness.Storage, new ManualTime(Start.AddHours(1)));
        var slow = (await tables.BeginAsync(Staff, Start, partition: null, default))!;
        await slow.AddAsync("{\"id\":\"old\"}"u8.ToArray(), default);
        using (var draft = (await tables.BeginAsync(Staff, Start.AddHours(1), partition: null, default))!)
        {
            await draft.AddAsync("{\"id\":\"new\"}"u8.ToArray(), default);
            Assert.True(await draft.TryWriteAsync(default));
        }

        Assert.False(await slow.TryWriteAsync(default));
        slow.Dispose();
        Assert.Equal(["""{"id":"new"}"""], await TableAsync(stage));
        Assert.Null(await tables.BeginAsync(Staff, Start, partition: null, default));
        Assert.Null(await tables.BeginAsync(Staff, Start.AddHours(1), partition: null, default));
    }

    [Fact]
    public async Task A_table_of_a_listing_from_before_a_clock_was_put_back_is_replaced()
    {
        await using var staff = await ObjectVendor.StartAsync([]);
        await using var stage = await StartAsync(staff, "full");
        var tables = new ListingTables(stage.Harness.Storage, new ManualTime(Start));
        foreach (var (listing, row) in new[] { (Start.AddYears(1), "ahead"), (Start, "now") })
        {
            using var draft = (await tables.BeginAsync(Staff, listing, partition: null, default))!;
            await draft.AddAsync(Encoding.UTF8.GetBytes($"{{\"id\":\"{row}\"}}"), default);
            Assert.True(await draft.TryWriteAsync(default));
        }

        Assert.Equal(["""{"id":"now"}"""], await TableAsync(stage));
    }

    [Fact]
    public async Task With_a_folder_of_lookup_files_tables_are_still_those_of_the_container()
    {
        var folder = Directory.CreateTempSubdirectory("auditfn-tables-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "snapshot-staff.jsonl"), """{"id":"anna","dept":"of the folder"}""");
        await using var staff = await ObjectVendor.StartAsync([ObjectVendor.Of("anna", "Sales")]);
        await using var signIns = await ListVendor.StartAsync([Listed.Of("e1", Start, more: ",\"user\":\"anna\"")]);
        await using var stage = await StartAsync(staff, "full", Keep, ("Fetching:LookupFolder", folder.FullName));
        await stage.Harness.AddSourceAsync(Stage.Source, signIns.Columns(stage, more: [("processors", List)]));
        await ListAsync(stage);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Contains("\"dept\":\"Sales\"", Encoding.UTF8.GetString(stage.Siem.RawEvents[^1]), StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    /// <summary>A process loses its storage at a write of the second listing, of its checkpoint, rows or table; another goes on.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task A_listing_that_is_killed_at_a_write_leaves_the_whole_old_table_until_the_whole_new_one_is_there(int writes)
    {
        await using var staff = await ObjectVendor.StartAsync(Enumerable.Range(0, 5).Select(at => ObjectVendor.Of($"o{at}", "1")));
        await using var storage = await DooredStorage.OpenAsync();
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions(), storage.Setting);
        await stage.Harness.AddSourceAsync(Staff, staff.Columns("changed", Keep));
        await ListAsync(stage);
        var before = await TableAsync(stage);
        staff.Objects[0] = ObjectVendor.Of("o0", "2");
        staff.Objects.RemoveAt(4);
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));

        await storage.DieAsync(
            writes,
            call => Calls.IsWrite(call) && (Calls.To("Checkpoints")(call) || Calls.To("lookups/")(call) || Calls.To("/rows-")(call)),
            () => stage.Harness.FetchAndShipAsync(Staff));
        string[] after = ["o0 2", "o1 1", "o2 1", "o3 1"];
        var found = await TableAsync(stage);
        Assert.True(found.SequenceEqual(before) || Shown(found).SequenceEqual(after), string.Join('\n', found));

        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(20));
        await using var other = stage.Harness.Another();
        await other.FetchAndShipAsync(Staff);
        Assert.Null((await stage.Harness.CheckpointAsync(Staff)).Window);
        Assert.Equal(after, Shown(await TableAsync(stage)));
        Assert.Equal(6, stage.Siem.RawEvents.Count);

        static IEnumerable<string> Shown(string[] rows) => rows.Select(row => $"{row[7..9]} {row[^3]}").Order(StringComparer.Ordinal);
    }

    private static async Task<Stage> StartAsync(ObjectVendor staff, string changes, string keep = Keep, params (string Setting, string Value)[] settings)
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions(), settings);
        await stage.Harness.AddSourceAsync(Staff, staff.Columns(changes, keep));
        return stage;
    }

    private static async Task ListAsync(Stage stage) => Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Staff));

    private static async Task NextAsync(Stage stage)
    {
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        await stage.Harness.FetchAndShipAsync(Staff);
        Assert.Null((await stage.Harness.CheckpointAsync(Staff)).Window);
    }

    private static async Task<string[]> TableAsync(Stage stage)
    {
        var blob = await stage.Harness.Storage.Lookups.GetBlobClient("snapshot-staff.jsonl").DownloadContentAsync();
        return blob.Value.Content.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<string> StampAsync(Stage stage) =>
        (await stage.Harness.Storage.Lookups.GetBlobClient("snapshot-staff.jsonl").GetPropertiesAsync()).Value.ETag.ToString();
}
