using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// A run's hold on its partition's checkpoint: the version that it read or wrote last, the recent ids that belong to it, and the lease. Whoever
/// writes in between takes the hold away: from then on nothing is committed.
/// </summary>
internal sealed class HeldCheckpoint(PartitionId partition, Checkpoint read, RecentIds? ids, SourceDefinition source, FetchServices services)
{
    private readonly SeenMemory _seen = new(partition, services.Seen);
    private readonly string _owner = services.NewId();
    private readonly DateTimeOffset _startedAt = services.Time.GetUtcNow();
    private int _writes;

    /// <summary>The checkpoint as it stands in the table.</summary>
    public Checkpoint Current { get; private set; } = read;

    /// <summary>The recent ids, once they were needed.</summary>
    public RecentIds? Ids { get; private set; } = ids;

    /// <summary>Whether this run holds the lease.</summary>
    public bool IsLeased => Current.LeaseOwner == _owner;

    /// <summary>Reads the recent ids.</summary>
    /// <returns>Null when somebody has written meanwhile.</returns>
    public async Task<RecentIds?> LoadIdsAsync(CancellationToken cancellationToken) =>
        Ids = await services.Checkpoints.ReadRecentIdsAsync(partition, Current, cancellationToken);

    /// <summary>Drops the events of a page that were sent so long ago that the row does not hold their ids any more.</summary>
    public Task DropSeenAsync(FreshEvents fresh, CancellationToken cancellationToken)
    {
        var now = services.Time.GetUtcNow();
        return _seen.DropKnownAsync(fresh, Current.Seen, now, Horizon(Current, now), cancellationToken);
    }

    /// <summary>The checkpoint with a lease of full length.</summary>
    public Checkpoint Leased() => Current with { LeaseOwner = _owner, LeaseUntil = services.Time.GetUtcNow() + services.Options.LeaseDuration };

    /// <summary>Takes the lease when there is something to send, and renews it when a slow page has used up half of it.</summary>
    /// <returns>false when somebody else was first.</returns>
    public async Task<bool> LeaseAsync(PlannedWindow planned, WindowInProgress window, string? cursor, CancellationToken cancellationToken) =>
        (IsLeased && IsOpen(planned) && Current.LeaseUntil - services.Time.GetUtcNow() > services.Options.LeaseDuration / 2)
        || await CommitAsync(FetchSteps.At(Leased(), planned, window, cursor), cancellationToken);

    /// <summary>Writes a checkpoint over the version that is held.</summary>
    /// <returns>false when somebody has written meanwhile.</returns>
    public async Task<bool> CommitAsync(Checkpoint next, CancellationToken cancellationToken)
    {
        // A write that is cut short may have happened or not, and then the lease could not be given back: a stop waits for it.
        cancellationToken.ThrowIfCancellationRequested();
        next = next with { RememberedFromAt = next.RememberedFromAt ?? WindowPlanner.OpenStartOf(Current, source.Timing, _startedAt) };
        next = await WithRoomAsync(WindowPlanner.Anchored(next, source.Timing, _startedAt)) with { WriteId = $"{_owner}-{++_writes}" };
        var written = await services.Checkpoints.TryWriteAsync(partition, next, Ids, CancellationToken.None);
        if (written is null)
        {
            FetchingLog.LeaseLost(services.Log, partition.Source, partition.Partition);
            return false;
        }

        Current = written;
        return true;
    }

    // The window must stand in the row before its first batch is sent, so that a stop repeats the same one.
    private bool IsOpen(PlannedWindow planned) =>
        planned.Sweep is null ? Current.Window is not null : Current.Sweep?.Slice is { } slice && slice.OpenedAt == planned.Window.OpenedAt && slice.FromAt == planned.Window.FromAt;

    // Ids leave the row only together with the index that makes them valid where they went: a stop in between repeats the page with the row as it was.
    private async Task<Checkpoint> WithRoomAsync(Checkpoint next)
    {
        if (Ids is not { IsOverfull: true } ids)
        {
            return next;
        }

        var now = services.Time.GetUtcNow();
        var horizon = Horizon(next, now);
        var leaving = ids.MakeRoom(horizon, out var forgottenTo);
        if (forgottenTo > 0 && DateTimeOffset.FromUnixTimeSeconds(forgottenTo + 1L) is var known && !(next.RememberedFromAt >= known))
        {
            next = next with { RememberedFromAt = known };
        }

        return leaving.Count == 0 ? next : next with { Seen = await _seen.AddAsync(next.Seen, services.NewId(), leaving, horizon, now, CancellationToken.None) };
    }

    private DateTimeOffset Horizon(Checkpoint checkpoint, DateTimeOffset now) => FetchSteps.HorizonOf(checkpoint, source, now);

    /// <summary>
    /// Gives the lease back although the run is being stopped. What was committed stays; the ids of a page that was not are left out, so that the
    /// page is repeated as it was, in the same batches.
    /// </summary>
    public async Task GiveBackAsync() =>
        await services.Checkpoints.TryWriteAsync(partition, Current.Unleased() with { WriteId = $"{_owner}-{++_writes}" }, null, CancellationToken.None);
}
