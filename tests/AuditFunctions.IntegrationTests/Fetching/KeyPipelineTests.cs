using System.Text;
using System.Text.RegularExpressions;
using AuditFunctions.Chaos.Storage;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Subjects;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources.Processors.Subjects;
using AuditFunctions.Tests.Cli;
using AuditFunctions.Tests.Support;
using Azure.Data.Tables;

namespace AuditFunctions.Tests.Fetching;

/// <summary>
/// Keys that are wrong, changed, missing, damaged or made at a bad moment, in the whole pipeline: nothing goes on in plain text, nothing is lost, and what is
/// wrong is said.
/// </summary>
public sealed partial class KeyPipelineTests
{
    private const string Planted = "anna.planted@acme.example";
    private const string Key = "the key that wraps and hides";
    private const string Encrypting = "[ { action: encrypt-subject, subject: user, paths: [user], key: secret:keys } ]";
    private const string Pseudonyms = "[ { action: pseudonymise, paths: [user], key: secret:keys } ]";
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 50, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(Encrypting, null, "is not set")]
    [InlineData(Encrypting, "   ", "is too short for a key (0 of 16 bytes)")]
    [InlineData(Encrypting, "15-characters-x", "is too short for a key (15 of 16 bytes)")]
    [InlineData(Pseudonyms, null, "is not set")]
    [InlineData(Pseudonyms, " \n ", "is too short for a key (0 of 16 bytes)")]
    [InlineData(Pseudonyms, "planted", "is too short for a key (7 of 16 bytes)")]
    public async Task Without_a_key_that_hides_no_event_goes_on_and_with_one_all_do(string list, string? wrong, string reason)
    {
        await using var vendor = await ListVendor.StartAsync([Of("a", 0), Of("b", 1)]);
        await using var stage = await StartAsync(vendor, list);
        stage.Harness.Configuration["AUDIT_SECRET_KEYS"] = wrong;
        Assert.Equal(FetchOutcome.Refused, await stage.Harness.FetchAndShipAsync(Stage.Source));
        var status = (await stage.Harness.CheckpointAsync(Stage.Source)).Status;
        Assert.Contains("'secret:keys'", status.LastError, StringComparison.Ordinal);
        Assert.Contains(reason, status.LastError, StringComparison.Ordinal);
        Assert.True(status.NeedsAttention);
        Assert.Equal(0, stage.Siem.Received);
        AssertHidden(await StorageDump.OfAsync(stage.Harness));

        stage.Harness.Configuration["AUDIT_SECRET_KEYS"] = Key;
        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        AssertArrived(stage, 2);
    }

    /// <summary>The value of the secret is replaced between two pages of a window: subjects would have other keys, and who was forgotten a new one.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_of_subjects_that_is_replaced_in_a_window_stops_the_source_until_it_is_back(bool fromEarlierVersion)
    {
        var fails = true;
        await using var vendor = await ListVendor.StartAsync([.. Enumerable.Range(0, 4).Select(at => Of($"e{at}", at))], instead: (skip, _) => skip == 2 && fails ? new(500, "") : null);
        await using var stage = await StartAsync(vendor, Encrypting, ("pageSize", "2"));
        Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAndShipAsync(Stage.Source));
        AssertArrived(stage, 2);
        if (fromEarlierVersion)
        {
            await stage.Harness.Storage.SubjectKeys.DeleteEntityAsync("keys", "value");
        }

        fails = false;
        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        await using var other = stage.Harness.Another();
        other.Configuration["AUDIT_SECRET_KEYS"] = "another value of the secret";
        Assert.Equal(FetchOutcome.Refused, await other.FetchAndShipAsync(Stage.Source));
        Assert.Contains("Store the former value again", (await stage.Harness.CheckpointAsync(Stage.Source)).Status.LastError, StringComparison.Ordinal);
        AssertArrived(stage, 2);

        // Nobody is told that somebody was forgotten who was not.
        using var run = await CliRun.OnStorageAsync();
        run.Set("Storage:Prefix", stage.Harness.Prefix);
        run.Set("AUDIT_SECRET_KEYS", "another value of the secret");
        foreach (string[] command in (string[][])[["show", Planted], ["forget", Planted, "--yes"]])
        {
            var refused = await run.RunAsync(["subjects", .. command]);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("Store the former value again", refused.Error, StringComparison.Ordinal);
        }

        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        await using var right = stage.Harness.Another();
        await right.FetchAndShipAsync(Stage.Source);
        AssertArrived(stage, 4);
        Assert.Single(Tags(stage));
    }

    /// <summary>The value of the secret is replaced between two pages of a window: one person would have two pseudonyms, and nobody would know.</summary>
    [Fact]
    public async Task A_key_of_pseudonyms_that_is_replaced_in_a_window_stops_the_source_until_it_is_back_or_its_row_removed()
    {
        var fails = true;
        await using var vendor = await ListVendor.StartAsync([.. Enumerable.Range(0, 4).Select(at => Of($"e{at}", at))], instead: (skip, _) => skip == 2 && fails ? new(500, "") : null);
        await using var stage = await StartAsync(vendor, Pseudonyms, ("pageSize", "2"));
        Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAndShipAsync(Stage.Source));
        AssertArrived(stage, 2);

        // In the process that knows the former value, and in another one.
        fails = false;
        await using var other = stage.Harness.Another();
        foreach (var host in (PipelineHarness[])[stage.Harness, other])
        {
            stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
            host.Configuration["AUDIT_SECRET_KEYS"] = "another value of the secret";
            Assert.Equal(FetchOutcome.Refused, await host.FetchAndShipAsync(Stage.Source));
            var error = (await stage.Harness.CheckpointAsync(Stage.Source)).Status.LastError;
            Assert.Contains("secret:keys is another than the one that was used so far (table SubjectKeys, keys/value): one person would get a second pseudonym", error, StringComparison.Ordinal);
            AssertArrived(stage, 2);
        }

        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        await using var right = stage.Harness.Another();
        await right.FetchAndShipAsync(Stage.Source);
        AssertArrived(stage, 4);
        Assert.Single(Found(stage));
        AssertHidden(await StorageDump.OfAsync(stage.Harness));

        // The former value is lost: without the row the new one counts.
        vendor.Events.Add(Of("e4", 240));
        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        await stage.Harness.Storage.SubjectKeys.DeleteEntityAsync("keys", "value");
        await other.FetchAndShipAsync(Stage.Source);
        AssertArrived(stage, 5);
        Assert.Equal(2, Found(stage).Count);

        static HashSet<string> Found(Stage stage) => [.. stage.Siem.RawEvents.Select(raw => Pseudonym().Match(Encoding.UTF8.GetString(raw)).Value)];
    }

    [Theory]
    [InlineData("no base64 at all")]
    [InlineData("AAAA")]
    [InlineData("")]
    public async Task A_damaged_key_of_one_subject_stops_the_source_and_says_which_row_it_is(string damage)
    {
        await using var vendor = await ListVendor.StartAsync([Of("a", 0), Of("b", 1, "planted ben")]);
        await using var stage = await StartAsync(vendor, Encrypting);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        var row = await RowAsync(stage, Planted);
        await stage.Harness.Storage.SubjectKeys.UpdateEntityAsync(new TableEntity("keys", row.RowKey) { ["Key"] = damage }, global::Azure.ETag.All, TableUpdateMode.Merge);

        vendor.Events.AddRange([Of("c", 240), Of("d", 241, "planted ben")]);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        await using var other = stage.Harness.Another();
        Assert.Equal(FetchOutcome.Refused, await other.FetchAndShipAsync(Stage.Source));
        var error = (await stage.Harness.CheckpointAsync(Stage.Source)).Status.LastError;
        Assert.Contains($"row keys/{row.RowKey} of table SubjectKeys was damaged", error, StringComparison.Ordinal);
        AssertArrived(stage, 2);

        // What the message says.
        await stage.Harness.Storage.SubjectKeys.DeleteEntityAsync("keys", row.RowKey);
        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        await other.FetchAndShipAsync(Stage.Source);
        AssertArrived(stage, 4);
        Assert.Equal(3, Tags(stage).Count);
    }

    [Fact]
    public async Task A_subject_who_is_forgotten_while_a_batch_waits_is_so_in_the_batch_too()
    {
        await using var vendor = await ListVendor.StartAsync([Of("a", 0)]);
        await using var stage = await StartAsync(vendor, Encrypting);
        await stage.Harness.FetchAsync(Stage.Source);
        var (id, secret) = (IdOf(Planted), Encoding.UTF8.GetBytes(Key));
        var store = new SubjectKeyStore(stage.Harness.Storage, stage.Harness.Time);
        Assert.True(await store.ForgetAsync(id, secret, default));
        await stage.Harness.ShipAllAsync();
        AssertArrived(stage, 1);
        var tag = Assert.Single(Tags(stage));
        Assert.Null(await store.FindByTagAsync(id.Secret, secret, tag, default));

        vendor.Events.Add(Of("b", 240));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        AssertArrived(stage, 2);
        Assert.Contains("\"user\":\"enc:forgotten\"", Encoding.UTF8.GetString(stage.Siem.RawEvents[^1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Processes_that_make_a_subjects_key_at_one_moment_take_the_same()
    {
        await using var vendor = await ListVendor.StartAsync([Of("a", 0), Of("b", 1)]);
        await using var stage = await StartAsync(vendor, Encrypting);
        PipelineHarness[] hosts = [.. Enumerable.Range(2, 6).Select(stage.Harness.Another)];
        for (var at = 0; at < hosts.Length; at++)
        {
            await stage.Harness.AddSourceAsync($"source-{at}", vendor.Columns(stage, more: [("processors", Encrypting)]));
        }

        await Task.WhenAll(hosts.Select((host, at) => host.FetchAsync($"source-{at}")));
        await stage.Harness.ShipAllAsync();
        Assert.Single(Tags(stage));
        Assert.Equal(12, stage.Siem.RawEvents.Count);
        AssertHidden([.. stage.Siem.RawEvents.Select(Encoding.UTF8.GetString)]);
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }
    }

    /// <summary>Storage goes away at each write with which a key is made, before it or with its answer.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public async Task Storage_that_goes_away_while_a_key_is_made_leaves_one_key_and_no_plain_text(int write, bool isDone)
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var vendor = await ListVendor.StartAsync([Of("a", 0), Of("b", 1)]);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions(), storage.Setting, ("AUDIT_SECRET_KEYS", Key));
        await stage.Harness.Storage.SubjectKeys.CreateIfNotExistsAsync();
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, more: [("processors", Encrypting)]));
        var (writes, isAway, name) = (0, false, stage.Harness.Storage.SubjectKeys.Name);
        bool IsKey(DoorCall call) => Calls.IsWrite(call) && (Calls.To(name)(call) || (Calls.To("$batch")(call) && Encoding.UTF8.GetString(call.Body.Span).Contains(name, StringComparison.Ordinal)));
        var end = storage.All(isDone ? StorageFault.LostAnswer : StorageFault.Reset, call => isAway ? Calls.To(name)(call) || IsKey(call) : isAway = IsKey(call) && writes++ == write);
        await Assert.ThrowsAnyAsync<Exception>(() => stage.Harness.FetchAsync(Stage.Source));
        Assert.True(isAway);
        end();
        Assert.Equal(0, await stage.Harness.ShipAllAsync());
        AssertHidden(await StorageDump.OfAsync(stage.Harness));

        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        await using var other = stage.Harness.Another();
        await other.FetchAndShipAsync(Stage.Source);
        AssertArrived(stage, 2);
        Assert.Single(Tags(stage));
        var rows = new List<string>();
        await foreach (var row in stage.Harness.Storage.SubjectKeys.QueryAsync<TableEntity>())
        {
            rows.Add(row.RowKey.Split('-')[0]);
        }

        Assert.Equal(["subject", "tag", "value"], rows.Order(StringComparer.Ordinal));
    }

    private static Listed Of(string id, int seconds, string user = Planted) => Listed.Of(id, Start.AddSeconds(seconds), more: $",\"user\":\"{user}\"");

    private static SubjectId IdOf(string name) => SubjectId.Of(new SecretName("keys"), Encoding.UTF8.GetBytes(Key), name, ignoreCase: false);

    private static async Task<TableEntity> RowAsync(Stage stage, string name) => await stage.Harness.Storage.SubjectKeys.GetEntityAsync<TableEntity>("keys", $"subject-{IdOf(name).Hash}");

    private static List<string> Tags(Stage stage) => [.. stage.Siem.RawEvents.SelectMany(raw => Tag().Matches(Encoding.UTF8.GetString(raw)).Select(found => found.Groups["tag"].Value)).Distinct()];

    private static void AssertArrived(Stage stage, int count)
    {
        string[] arrived = [.. stage.Siem.RawEvents.Select(Encoding.UTF8.GetString)];
        Assert.Equal((count, count), (arrived.Length, arrived.Distinct().Count()));
        AssertHidden([.. arrived]);
    }

    private static void AssertHidden(List<string> everything)
    {
        Assert.NotEmpty(everything);
        Assert.DoesNotContain(everything, text => text.Contains("planted", StringComparison.OrdinalIgnoreCase) || text.Contains(Key, StringComparison.Ordinal));
    }

    private static async Task<Stage> StartAsync(ListVendor vendor, string list, params (string Column, string Value)[] more)
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions(), ("AUDIT_SECRET_KEYS", Key));
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, more: [("processors", list), .. more]));
        return stage;
    }

    [GeneratedRegex("enc:v1:1:(?<tag>[0-9a-f]{32}):", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tag();

    [GeneratedRegex("\"user\":\"1:[0-9a-f]{32}\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pseudonym();
}
