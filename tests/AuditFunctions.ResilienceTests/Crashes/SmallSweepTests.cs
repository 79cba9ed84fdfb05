using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using AuditFunctions.Tests.EndToEnd;
using AuditFunctions.Tests.Support;
using Xunit.Abstractions;

namespace AuditFunctions.Tests.Crashes;

/// <summary>
/// A process is killed (SIGKILL) at each of its calls to storage while it compares a listing with the one before, or while processors leave out and divide
/// events: another finishes, and everything is said once.
/// </summary>
[Trait("Category", "Sweep")]
[Collection(nameof(SweepsRunAlone))]
public sealed class SmallSweepTests(ITestOutputHelper output)
{
    // Most of a run is waiting for a lease or a hidden message of the dead process to run out.
    private const int AtOnce = 12;

    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;

    /// <summary>Objects of three pages are new, have changed and are gone; those that are gone are looked for a second time. Its table is the new one then.</summary>
    [Fact]
    public Task A_listing_that_is_killed_anywhere_reports_each_change_once() => SweepAsync(ListingAsync);

    /// <summary>
    /// Two partitions list into one table, a mail address is redacted on the way: each change is said once and without it, and the table is that of both.
    /// </summary>
    [Fact]
    public Task Listings_of_two_partitions_that_are_killed_anywhere_leave_one_whole_table() => SweepAsync(PartitionSweep.PrepareAsync);

    /// <summary>A lookup file is replaced, and the key of pseudonyms changes in the middle of the window: each event arrives in one form.</summary>
    [Fact]
    public Task A_window_in_which_a_lookup_file_and_a_key_change_is_repeated_with_the_same_bytes() => SweepAsync(ChangingMeansSweep.PrepareAsync);

    /// <summary>Of two pages some events are dropped, some are divided, and some say what an earlier one of their page or the page before says.</summary>
    [Fact]
    public Task Processors_that_are_killed_anywhere_leave_out_and_divide_each_event_once() => SweepAsync(ProcessorsAsync);

    private async Task SweepAsync(Func<Installation, CancellationToken, Task<SmallWork>> prepare)
    {
        var undisturbed = await SmallRun.RunAsync(prepare, null, Patience);
        Assert.True(undisturbed.Problems.Count == 0, string.Join("\n", undisturbed.Problems));

        var (points, how) = SweepPoint.ChooseByTurns(undisturbed.Calls);
        var runs = new ConcurrentBag<SmallRun>();
        await Parallel.ForEachAsync(points, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (point, _) => runs.Add(await SmallRun.RunAsync(prepare, point, Patience)));

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{runs.Count} runs ({how} of {undisturbed.Calls.Count}), {runs.Count(run => run.KilledAt.Length > 0)} killed"));
        string[] wrong = [.. runs.Where(run => run.Problems.Count > 0).Select(run => $"{SweepPoint.Variable}={run.Point} (killed at {run.KilledAt}): {string.Join("; ", run.Problems)}")];
        Assert.True(wrong.Length == 0, string.Join("\n", wrong));
        Assert.InRange(runs.Count(run => run.KilledAt.Length > 0), points.Count * 8 / 10, points.Count);
    }

    private static async Task<SmallWork> ListingAsync(Installation installation, CancellationToken ct)
    {
        var vendor = await ObjectVendor.StartAsync(Enumerable.Range(0, 6).Select(at => ObjectVendor.Of($"o{at}", "1")));
        await installation.AddSourceAsync(SmallRun.Source, vendor.Columns("diff", ", keep: [id, profile.text]"));
        await SmallRun.PollAsync(installation, ct);
        vendor.Objects[0] = ObjectVendor.Of("o0", "2");
        vendor.Objects[3] = ObjectVendor.Of("o3", "2");
        vendor.Objects.RemoveAt(5);
        vendor.Objects.RemoveAt(1);
        vendor.Objects.Add(ObjectVendor.Of("new", "1"));
        await SmallRun.MakeDueAsync(installation, ct);
        return new SmallWork(["added new", "changed o0", "changed o3", "removed o1", "removed o5"], Shown, vendor) { Check = TableAsync };

        static async Task<IReadOnlyList<string>> TableAsync(Installation installation, CancellationToken ct)
        {
            var blob = await installation.Storage.Lookups.GetBlobClient("snapshot-acme.jsonl").DownloadContentAsync(ct);
            string[] rows = [.. blob.Value.Content.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
            string[] wanted = [Row("new", "1"), Row("o0", "2"), Row("o2", "1"), Row("o3", "2"), Row("o4", "1")];
            return rows.SequenceEqual(wanted) ? [] : [$"its table is {string.Join(' ', rows)}"];
        }

        static string Row(string id, string text) => $$"""{"id":"{{id}}","text":"{{text}}"}""";

        static string Shown(byte[] raw)
        {
            using var document = JsonDocument.Parse(raw);
            var change = document.RootElement;
            return $"{change.GetProperty("change").GetString()} {change.GetProperty("key").GetString()}";
        }
    }

    private static async Task<SmallWork> ProcessorsAsync(Installation installation, CancellationToken ct)
    {
        string[] pages =
        [
            Page(Event("a", "open", "[1,2]"), Event("noise1", "debug", "[3]"), Event("b", "open", "[1,2]"), Event("c", "close", "[4]")),
            Page(Event("d", "open", "[1,2]"), Event("noise2", "debug", "[5]"), Event("e", "shut", "[6,7,8]"), Event("f", "shut", "[6,7,8]")),
        ];
        var vendor = await ScriptedServer.StartAsync(request => request.PathAndQuery.Contains("cursor=", StringComparison.Ordinal)
            ? new(200, $$"""{"data":{{pages[1]}},"next":null}""")
            : new(200, $$"""{"data":{{pages[0]}},"next":"1"}"""));
        await SmallRun.AddSourceAsync(installation, vendor.BaseUrl, """
            processors:
              - { action: drop, when: { path: kind, equals: debug } }
              - { action: dedupe, paths: [kind, list], within: 1h }
              - { action: split, path: list }
            """);
        return new SmallWork(["a 1", "a 2", "c 4", "e 6", "e 7", "e 8"], Shown, vendor) { Check = DroppedAsync };

        static async Task<IReadOnlyList<string>> DroppedAsync(Installation installation, CancellationToken ct)
        {
            var dropped = (await installation.Checkpoints.ReadAsync(SmallRun.Partition, ct)).Status.Dropped.ToString();
            return dropped == "1-drop=2;2-dedupe=3" ? [] : [$"left out: {dropped}"];
        }

        static string Page(params string[] events) => $"[{string.Join(',', events)}]";
        static string Event(string id, string kind, string list) => $$"""{"id":"{{id}}","time":"2026-01-01T00:10:00Z","kind":"{{kind}}","list":{{list}}}""";
        static string Shown(byte[] raw)
        {
            using var document = JsonDocument.Parse(raw);
            var one = document.RootElement;
            return $"{one.GetProperty("id").GetString()} {one.GetProperty("list").GetRawText()}";
        }
    }
}
