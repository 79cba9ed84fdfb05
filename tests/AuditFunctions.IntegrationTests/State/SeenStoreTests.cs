using System.Text;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.State;

[Collection(nameof(MeasuresMemory))]
public sealed class SeenStoreTests
{
    private static readonly PartitionId Id = new("acme", PartitionId.Single);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Blocks_count_from_the_commit_on_that_names_them_and_adding_twice_does_no_harm()
    {
        await using var harness = await PipelineHarness.CreateAsync(TimeProvider.System);
        ISeenSegments segments = harness.Get<SeenStore>();
        var keys = new[] { new EventKey(3, 3), new EventKey(1, 2), new EventKey(1, 1) };
        await segments.AppendAsync(Id, "epoch", "2026010100", 1, keys, default);
        await segments.AppendAsync(Id, "epoch", "2026010100", 1, keys[..2], default);
        await segments.AppendAsync(Id, "epoch", "2026010100", 2, [new EventKey(0, 9)], default);

        Assert.Equal(keys.Reverse().Select(SeenBlocks.Of), await segments.ReadAsync(Id, "epoch", "2026010100", 1, default));
        Assert.Equal(4, (await segments.ReadAsync(Id, "epoch", "2026010100", 2, default)).Length);
        Assert.Empty(await segments.ReadAsync(Id, "epoch", "2026010100", 0, default));
        Assert.Empty(await segments.ReadAsync(Id, "other", "2026010100", 9, default));
        Assert.Empty(await segments.ReadAsync(Id with { Partition = "other" }, "epoch", "2026010100", 9, default));
    }

    [Theory]
    [InlineData("default")]
    [InlineData("..")]
    [InlineData("eu/compartment?x=1#y%2F \\ ü.")]
    [InlineData("a")]
    [InlineData("A")]
    [InlineData("_61")]
    public async Task Any_partition_has_segments_of_its_own(string name)
    {
        await using var harness = await PipelineHarness.CreateAsync(TimeProvider.System);
        ISeenSegments segments = harness.Get<SeenStore>();
        string[] all = [name, name + "x", new string('é', 500) + name, new string('é', 500) + name + "x"];
        for (var at = 0UL; at < 4; at++)
        {
            await segments.AppendAsync(Id with { Partition = all[at] }, "epoch", "2026010100", 1, [new EventKey(at, at)], default);
        }

        for (var at = 0UL; at < 4; at++)
        {
            Assert.Equal([new UInt128(at, at)], await segments.ReadAsync(Id with { Partition = all[at] }, "epoch", "2026010100", 1, default));
        }

        await harness.Get<SeenStore>().RemoveAsync("acme", default);
        Assert.Empty(await segments.ReadAsync(Id with { Partition = name }, "epoch", "2026010100", 1, default));
    }

    [Fact]
    public async Task Sweep_removes_what_no_row_asks_for_and_nothing_else()
    {
        await using var harness = await PipelineHarness.CreateAsync(TimeProvider.System);
        var store = harness.Get<SeenStore>();
        ISeenSegments segments = store;
        foreach (var (epoch, segment) in new[] { ("live", "2026010100"), ("live", "2026010101"), ("live", "untimed-20251217"), ("live", "untimed-20251218"), ("gone", "2026010101") })
        {
            await segments.AppendAsync(Id, epoch, segment, 1, [new EventKey(1, 1)], default);
        }

        var row = (Id, new SeenIndex("live", 1, Start.AddHours(1), Start.AddHours(2), Start));
        var now = DateTimeOffset.UtcNow;
        Assert.Equal(2, await store.SweepAsync([row], new HashSet<string>(), now, default));
        Assert.Empty(await segments.ReadAsync(Id, "live", "2026010100", 1, default));
        Assert.Single(await segments.ReadAsync(Id, "live", "2026010101", 1, default));
        Assert.Single(await segments.ReadAsync(Id, "live", "untimed-20251218", 1, default));
        Assert.Equal(1, await store.SweepAsync([row], new HashSet<string>(), now.AddDays(2), default));
        Assert.Single(await segments.ReadAsync(Id, "live", "2026010101", 1, default));
    }

    /// <summary>What is promised: a million ids in a tier of three days, in less than 40 MB of blobs and 64 MB of memory.</summary>
    [Fact]
    public async Task Million_ids_of_three_days_stay_small_in_storage_and_in_memory()
    {
        const int Ids = 1_000_000;
        await using var harness = await PipelineHarness.CreateAsync(TimeProvider.System);
        var store = harness.Get<SeenStore>();
        var (step, now) = (TimeSpan.FromDays(3) / Ids, Start.AddDays(3));
        var seen = await FillAsync(store, Ids, step, now);
        long bytes = 0;
        await foreach (var blob in harness.Storage.Seen.GetBlobsAsync())
        {
            bytes += blob.Properties.ContentLength ?? 0;
        }

        // What tests before this one left behind must not be freed in between.
        GC.GetTotalMemory(forceFullCollection: true);
        GC.WaitForPendingFinalizers();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var memory = new SeenMemory(Id, store);
        var source = Fetching.Model.FetchModelTests.Definition;
        using var page = PageOf(source, Enumerable.Range(0, 1_000).Select(at => (at * (Ids / 1_000), at % 2 == 0)), step);
        using var fresh = FreshEvents.Of(page, source.Reading, null, DateTimeOffset.MaxValue, CancellationToken.None);
        await memory.DropKnownAsync(fresh, seen, now, Start, default);
        var live = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(memory);

        Assert.Equal(500, fresh.Count);
        Assert.InRange(bytes, Ids * 16, 40_000_000);
        Assert.InRange(live, Ids * 8, 64_000_000);
    }

    private static async Task<SeenIndex> FillAsync(SeenStore store, int count, TimeSpan step, DateTimeOffset now)
    {
        var memory = new SeenMemory(Id, store);
        SeenIndex? seen = null;
        foreach (var leaving in Enumerable.Range(0, count).Chunk(RecentIds.LeavingChunks * RecentIds.ChunkIds))
        {
            seen = await memory.AddAsync(seen, "epoch", [.. leaving.Select(number => new LeavingId(KeyOf(number, true), RecentIds.SecondsOf(Start + (number * step), now)))], Start, now, default);
        }

        return seen!;
    }

    private static EventKey KeyOf(int number, bool isKnown) => EventKey.FromId(Encoding.ASCII.GetBytes(IdOf(number, isKnown)));

    private static string IdOf(int number, bool isKnown) => isKnown ? $"e{number}" : $"new{number}";

    private static PageContent PageOf(SourceDefinition source, IEnumerable<(int Number, bool IsKnown)> events, TimeSpan step)
    {
        var bytes = new PooledBytes();
        var texts = events.Select(e => $$"""{"id":"{{IdOf(e.Number, e.IsKnown)}}","time":"{{(Start + (e.Number * step)).UtcDateTime:O}}"}""");
        bytes.Write(Encoding.ASCII.GetBytes($"[{string.Join(',', texts)}]"));
        var cut = new CutPage();
        Assert.Null(PageCutter.Cut(bytes.WrittenSpan, source.Reading.Plan, cut));
        return new PageContent(bytes, cut);
    }
}

/// <summary>Runs alone: what other tests hold at the same time would be measured with it.</summary>
[CollectionDefinition(nameof(MeasuresMemory), DisableParallelization = true)]
public sealed class MeasuresMemory;
