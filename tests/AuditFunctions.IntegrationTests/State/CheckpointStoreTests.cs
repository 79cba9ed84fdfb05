using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;
using Azure.Data.Tables;

namespace AuditFunctions.Tests.State;

public sealed class CheckpointStoreTests
{
    private static readonly PartitionId Id = new("acme", PartitionId.Single);
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static Checkpoint Full => new()
    {
        MarkAt = Now.AddTicks(1_234_567),
        ReadToAt = Now.AddHours(1),
        Window = new WindowInProgress(Now, Now.AddHours(2), Now.AddHours(3), Now.AddMinutes(1)) { ProvedAt = Now.AddMinutes(2) },
        Split = new WindowSplit(Now, Now.AddHours(2), TimeSpan.FromMinutes(7)),
        TiersRead = "3h@2026-01-01T00:00:00.0000000Z",
        Sweep = new TierSweep("3d", Now.AddHours(4), Now.AddHours(5), new WindowInProgress(Now.AddHours(6), Now.AddHours(7), Now.AddHours(8), null), "slice") { Longest = TimeSpan.FromMinutes(8) },
        RememberedFromAt = Now.AddDays(-9),
        Seen = new SeenIndex("00ff", 5_000_000_000, Now.AddDays(-3), Now.AddDays(-2), Now.AddDays(-1)),
        Cursor = "https://acme.example/logs?after=1&x=é",
        LeaseOwner = "me",
        LeaseUntil = Now.AddMinutes(3),
        WriteId = "me-1",
        Status = new PartitionStatus
        {
            LastPollAt = Now,
            LastFetchAt = Now.AddSeconds(1),
            Events = 5_000_000_000,
            Batches = 7,
            Failures = 3,
            FailingSinceAt = Now.AddSeconds(2),
            Failure = FailureKind.UnreadablePage,
            LastError = "HTTP 500",
            KeptPage = "20260101/acme/_page/0123",
            NeedsAttention = true,
            NextPollAt = Now.AddSeconds(3),
        },
    };

    [Fact]
    public async Task What_is_written_is_read_and_what_is_taken_back_is_gone()
    {
        await using var harness = await PipelineHarness.CreateAsync(TimeProvider.System);
        var written = await harness.Checkpoints.TryWriteAsync(Id, Full, null, default);
        Assert.Equal(written, await harness.Checkpoints.ReadAsync(Id, default));

        var empty = new Checkpoint { Seen = Full.Seen, RememberedFromAt = Full.RememberedFromAt, MarkAt = Full.MarkAt, ReadToAt = Full.ReadToAt, WriteId = "me-2", ETag = written!.ETag, Status = new PartitionStatus { LastPollAt = Now, LastFetchAt = Now.AddSeconds(1) } };
        written = await harness.Checkpoints.TryWriteAsync(Id, empty, null, default);
        var read = await harness.Checkpoints.ReadAsync(Id, default);
        Assert.Equal(written, read with { LeaseUntil = null });
        Assert.False(read.IsLeased(DateTimeOffset.MinValue));
    }

    [Theory]
    [InlineData(0, false, null, FailureKind.None)]
    [InlineData(2, false, null, FailureKind.Failed)]              // a row of a version that kept no kind
    [InlineData(2, true, null, FailureKind.Refused)]
    [InlineData(2, false, "Throttled", FailureKind.Throttled)]
    [InlineData(2, false, "Eclipsed", FailureKind.Failed)]        // a kind that only a later version knows
    [InlineData(2, false, "99", FailureKind.Failed)]
    public async Task Rows_of_other_versions_say_of_which_kind_their_failure_is(int failures, bool needsAttention, string? stored, FailureKind kind)
    {
        await using var harness = await PipelineHarness.CreateAsync(TimeProvider.System);
        var row = new TableEntity(Id.Source, Id.Partition)
        {
            ["Failures"] = failures,
            ["NeedsAttention"] = needsAttention,
            ["LastError"] = "HTTP 429: throttled by the vendor",
            ["Failure"] = stored,
        };
        await harness.Storage.Checkpoints.AddEntityAsync(row);
        Assert.Equal(kind, (await harness.Checkpoints.ReadAsync(Id, default)).Status.Failure);
    }

    [Fact]
    public async Task Of_two_writes_over_the_same_version_the_second_changes_nothing()
    {
        await using var harness = await PipelineHarness.CreateAsync(TimeProvider.System);
        var store = harness.Checkpoints;
        Assert.NotNull(await store.TryWriteAsync(Id, Full, null, default));
        Assert.Null(await store.TryWriteAsync(Id, Full with { WriteId = "other-1", Cursor = "other" }, null, default));
        var read = await store.ReadAsync(Id, default);
        Assert.NotNull(await store.TryWriteAsync(Id, read with { WriteId = "me-2", Cursor = "second" }, null, default));

        var ids = new RecentIds();
        ids.Add(new EventKey(1, 2), 1);
        Assert.Null(await store.TryWriteAsync(Id, read with { WriteId = "other-2", Cursor = "other" }, ids, default));

        var current = await store.ReadAsync(Id, default);
        Assert.Equal("second", current.Cursor);
        Assert.Equal(0, (await store.ReadRecentIdsAsync(Id, current, default))!.Count);
        Assert.True(ids.IsChanged(0));
    }

    [Fact]
    public async Task Own_write_that_is_repeated_because_its_answer_got_lost_is_no_conflict()
    {
        await using var harness = await PipelineHarness.CreateAsync(TimeProvider.System);
        var first = await harness.Checkpoints.TryWriteAsync(Id, Full, null, default);
        Assert.Equal(first!.ETag, (await harness.Checkpoints.TryWriteAsync(Id, Full, null, default))!.ETag);
        var second = first with { WriteId = "me-2" };
        var once = await harness.Checkpoints.TryWriteAsync(Id, second, null, default);
        Assert.Equal(once!.ETag, (await harness.Checkpoints.TryWriteAsync(Id, second, null, default))!.ETag);
    }

    [Fact]
    public async Task Removed_row_is_a_conflict_for_who_had_read_it()
    {
        await using var harness = await PipelineHarness.CreateAsync(TimeProvider.System);
        var read = await harness.Checkpoints.TryWriteAsync(Id, Full, null, default);
        Assert.Equal(1, await harness.Checkpoints.RemoveAsync("acme", default));
        Assert.Null(await harness.Checkpoints.TryWriteAsync(Id, read! with { WriteId = "me-2" }, null, default));
    }

    [Fact]
    public async Task Recent_ids_of_a_row_that_has_changed_are_not_given_out()
    {
        await using var harness = await PipelineHarness.CreateAsync(TimeProvider.System);
        var ids = new RecentIds();
        for (var at = 0UL; at < 3UL * RecentIds.ChunkIds; at++)
        {
            ids.Add(new EventKey(at, ~at), 1);
        }

        var read = await harness.Checkpoints.TryWriteAsync(Id, Full, ids, default);
        Assert.False(ids.IsChanged(0) || ids.IsChanged(2));
        var loaded = await harness.Checkpoints.ReadRecentIdsAsync(Id, read!, default);
        Assert.Equal(3 * RecentIds.ChunkIds, loaded!.Count);
        Assert.True(loaded.Contains(new EventKey(9_599, ~9_599UL)));
        await harness.Checkpoints.TryWriteAsync(Id, read! with { WriteId = "me-2" }, null, default);
        Assert.Null(await harness.Checkpoints.ReadRecentIdsAsync(Id, read!, default));
    }
}
