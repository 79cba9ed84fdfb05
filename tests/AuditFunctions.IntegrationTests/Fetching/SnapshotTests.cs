using System.Text;
using System.Text.Json;
using AuditFunctions.Hosting;
using AuditFunctions.Operations.Sources;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Snapshot sources: what of their listings arrives.</summary>
public sealed class SnapshotTests
{
    [Fact]
    public async Task Full_sends_every_object_of_each_listing_byte_for_byte()
    {
        await using var vendor = await ObjectVendor.StartAsync([Of("a", "1"), Of("b", "1"), Of("c", "1")]);
        await using var stage = await StartAsync(vendor, "full");
        await ListAsync(stage);
        Assert.Equal(vendor.Objects, Arrived(stage, 0));
        Assert.Equal(FetchOutcome.Idle, await stage.Harness.FetchAndShipAsync(Stage.Source));
        await NextAsync(stage);
        Assert.Equal(vendor.Objects, Arrived(stage, 3));
        Assert.Equal(3, (await stage.Harness.CheckpointAsync(Stage.Source)).LastListing!.Objects);
    }

    [Fact]
    public async Task Changed_sends_what_is_new_or_has_changed()
    {
        await using var vendor = await ObjectVendor.StartAsync([Of("a", "1"), Of("b", "1"), Of("c", "1")]);
        await using var stage = await StartAsync(vendor, "changed", ", ignore: [profile.same, seen]");
        await ListAsync(stage);
        Assert.Equal(3, stage.Siem.Received);
        vendor.Objects[1] = Of("b", "2");
        vendor.Objects[2] = """{ "seen": 7, "profile": {"same":2, "text" : "1"},"id":"c"}""";
        vendor.Objects.RemoveAt(0);
        vendor.Objects.Add(Of("d", "1"));
        await NextAsync(stage);
        Assert.Equal([Of("b", "2"), Of("d", "1")], Arrived(stage, 3).Order(StringComparer.Ordinal));
        await NextAsync(stage);
        Assert.Equal(5, stage.Siem.RawEvents.Count);
    }

    [Fact]
    public async Task Diff_says_what_was_added_has_changed_and_was_removed()
    {
        await using var vendor = await ObjectVendor.StartAsync([Of("a", "1"), Of("b", "1"), Of("c", "1")]);
        await using var stage = await StartAsync(vendor, "diff");
        await ListAsync(stage);
        Assert.Equal(["added a", "added b", "added c"], Changes(stage, 0));
        vendor.Objects[1] = Of("b", "2", ",\"more\":true");
        vendor.Objects.RemoveAt(0);
        vendor.Objects.Add(Of("d", "1"));
        await NextAsync(stage);
        Assert.Equal(["added d", "changed b more,profile.text", "removed a"], Changes(stage, 3));
        await NextAsync(stage);
        Assert.Equal(6, stage.Siem.Received);
        Assert.Equal(0, stage.Siem.Duplicates);

        // It comes back, as itself.
        vendor.Objects.Add(Of("a", "1"));
        await NextAsync(stage);
        Assert.Equal(["added a"], Changes(stage, 6));
    }

    [Fact]
    public async Task A_listing_that_breaks_off_reports_nothing_removed_and_goes_on_where_it_was()
    {
        await using var vendor = await ObjectVendor.StartAsync([Of("a", "1"), Of("b", "1"), Of("c", "1"), Of("d", "1"), Of("e", "1")]);
        await using var stage = await StartAsync(vendor, "diff");
        await ListAsync(stage);
        vendor.Objects[0] = Of("a", "2");
        vendor.Objects.RemoveAt(4);
        vendor.Instead = skip => skip == 2 ? new ScriptedServer.Reply(500, "") : null;
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAndShipAsync(Stage.Source));
        Assert.Equal(["changed a profile.text"], Changes(stage, 5));
        vendor.Instead = null;
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        await ListAsync(stage);
        Assert.Equal(["changed a profile.text", "removed e"], Changes(stage, 5));
    }

    [Fact]
    public async Task A_budget_that_is_spent_goes_on_in_the_same_listing()
    {
        await using var vendor = await ObjectVendor.StartAsync(Enumerable.Range(0, 9).Select(at => Of($"o{at}", "1")));
        await using var stage = await StartAsync(vendor, "diff", more: "", ("Fetching:MaxPages", "2"));
        await ListAsync(stage);
        Assert.Equal(9, stage.Siem.Received);
        vendor.Objects.RemoveRange(0, 3);
        await NextAsync(stage);
        Assert.Equal(["removed o0", "removed o1", "removed o2"], Changes(stage, 9));
        Assert.Equal(0, stage.Siem.Duplicates);
    }

    [Fact]
    public async Task An_object_without_a_key_and_one_with_a_key_twice_are_told_and_sent_and_nothing_is_said_to_be_removed()
    {
        await using var vendor = await ObjectVendor.StartAsync([Of("a", "1"), Of("b", "1"), Of("c", "1")]);
        await using var stage = await StartAsync(vendor, "diff");
        await ListAsync(stage);
        vendor.Objects.Clear();
        vendor.Objects.AddRange([Of("a", "1"), """{"profile":{"text":"none"}}""", Of("b", "2"), Of("b", "3")]);
        await NextAsync(stage);
        Assert.Equal(["added ", "changed b profile.text", "changed b profile.text"], Changes(stage, 3));
        Assert.Single(stage.Harness.Log.Of(2029));
        Assert.Single(stage.Harness.Log.Of(2030));
        Assert.Single(stage.Harness.Log.Of(2031));

        // What was not listed is known on: the next listing without doubt says what became of it.
        vendor.Objects.Clear();
        vendor.Objects.AddRange([Of("a", "1"), Of("b", "3")]);
        await NextAsync(stage);
        Assert.Equal(["removed c"], Changes(stage, 6));
    }

    [Fact]
    public async Task An_empty_listing_is_believed_when_the_next_one_says_so_too()
    {
        await using var vendor = await ObjectVendor.StartAsync([Of("a", "1"), Of("b", "1")]);
        await using var stage = await StartAsync(vendor, "diff");
        await ListAsync(stage);
        vendor.Objects.Clear();
        await NextAsync(stage);
        Assert.Equal(2, stage.Siem.Received);
        Assert.Single(stage.Harness.Log.Of(2031));
        await NextAsync(stage);
        Assert.Equal(["removed a", "removed b"], Changes(stage, 2));
    }

    [Fact]
    public async Task A_changed_definition_begins_anew_and_backfill_is_refused()
    {
        await using var vendor = await ObjectVendor.StartAsync([Of("a", "1"), Of("b", "1")]);
        await using var stage = await StartAsync(vendor, "changed");
        await ListAsync(stage);
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns("diff"));
        await using var other = stage.Harness.Another();
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        await other.FetchAndShipAsync(Stage.Source);
        Assert.Equal(["added a", "added b"], Changes(stage, 2));

        var rows = await other.Get<AuditFunctions.Pipeline.Storage.Rows.DefinitionCache>().SourcesAsync(TimeSpan.Zero, default);
        var refused = await Assert.ThrowsAsync<OperationException>(
            () => other.Make<Backfill>().RunAsync(rows[Stage.Source].Definition!, stage.Harness.Clock.GetUtcNow().AddDays(-1), again: false, default));
        Assert.Contains("no past", refused.Message, StringComparison.Ordinal);
    }

    internal static string Of(string id, string text, string more = "") => ObjectVendor.Of(id, text, more);

    internal static async Task<Stage> StartAsync(ObjectVendor vendor, string changes, string more = "", params (string Setting, string Value)[] settings)
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions(), settings);
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(changes, more));
        return stage;
    }

    /// <summary>What arrived after so many events, as change, key and names of changed fields, in order.</summary>
    internal static string[] Changes(Stage stage, int after) => [.. Arrived(stage, after).Select(Shown).Order(StringComparer.Ordinal)];

    private static string Shown(string json)
    {
        using var change = JsonDocument.Parse(json);
        var fields = change.RootElement.TryGetProperty("fields", out var names) ? " " + string.Join(',', names.EnumerateArray().Select(name => name.GetString())) : "";
        return $"{change.RootElement.GetProperty("change").GetString()} {change.RootElement.GetProperty("key").GetString()}{fields}";
    }

    private static string[] Arrived(Stage stage, int after) => [.. stage.Siem.RawEvents.Skip(after).Select(Event)];

    private static string Event(byte[] raw)
    {
        using var frame = JsonDocument.Parse(Encoding.UTF8.GetString(raw));
        return frame.RootElement.TryGetProperty("event", out var one) ? one.GetRawText() : frame.RootElement.GetRawText();
    }

    private static async Task ListAsync(Stage stage) => Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));

    private static async Task NextAsync(Stage stage)
    {
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Null((await stage.Harness.CheckpointAsync(Stage.Source)).Window);
    }
}
