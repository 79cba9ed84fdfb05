using AuditFunctions.Pipeline.Sources;
using AuditFunctions.Pipeline.Sources.Definition;
using AuditFunctions.Pipeline.State;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// A run's hold on its partition's checkpoint: the version that it read or wrote last, the recent ids that belong to it, and the lease. Whoever
/// writes in between takes the hold away: from then on nothing is committed.
/// </summary>
internal sealed class HeldCheckpoint(PartitionId partition, Checkpoint read, TimingDefinition timing, FetchServices services)
{
    private readonly string _owner = services.NewId();
    private readonly DateTimeOffset _startedAt = services.Time.GetUtcNow();
    private int _writes;

    /// <summary>The checkpoint as it stands in the table.</summary>
    public Checkpoint Current { get; private set; } = read;

    /// <summary>The recent ids, once they were needed.</summary>
    public RecentIds? Ids { get; private set; }

    /// <summary>Whether this run holds the lease.</summary>
    public bool IsLeased => Current.LeaseOwner == _owner;

    /// <summary>Reads the recent ids.</summary>
    /// <returns>Null when somebody has written meanwhile.</returns>
    public async Task<RecentIds?> LoadIdsAsync(CancellationToken cancellationToken) =>
        Ids = await services.Checkpoints.ReadRecentIdsAsync(partition, Current, cancellationToken);

    /// <summary>The checkpoint with a lease of full length.</summary>
    public Checkpoint Leased() => Current with { LeaseOwner = _owner, LeaseUntil = services.Time.GetUtcNow() + services.Options.LeaseDuration };

    /// <summary>Takes the lease when there is something to send, and renews it when a slow page has used up half of it.</summary>
    /// <returns>false when somebody else was first.</returns>
    public async Task<bool> LeaseAsync(WindowInProgress window, string? cursor, CancellationToken cancellationToken) =>
        (IsLeased && Current.LeaseUntil - services.Time.GetUtcNow() > services.Options.LeaseDuration / 2)
        || await CommitAsync(Leased() with { Window = Current.Window ?? window, Cursor = cursor }, cancellationToken);

    /// <summary>Writes a checkpoint over the version that is held.</summary>
    /// <returns>false when somebody has written meanwhile.</returns>
    public async Task<bool> CommitAsync(Checkpoint next, CancellationToken cancellationToken)
    {
        // A write that is cut short may have happened or not, and then the lease could not be given back: a stop waits for it.
        cancellationToken.ThrowIfCancellationRequested();
        next = WindowPlanner.Anchored(next, timing, _startedAt) with { WriteId = $"{_owner}-{++_writes}" };
        var written = await services.Checkpoints.TryWriteAsync(partition, next, Ids, CancellationToken.None);
        if (written is null)
        {
            FetchingLog.LeaseLost(services.Log, partition.Source, partition.Partition);
            return false;
        }

        if (Ids is { Forgotten: > 0 } full)
        {
            FetchingLog.OverlapTooFull(services.Log, partition.Source, partition.Partition, full.Forgotten, RecentIds.MaxChunks * RecentIds.ChunkIds);
        }

        Current = written;
        return true;
    }

    /// <summary>Gives the lease back although the run is being stopped; what was committed stays.</summary>
    public Task GiveBackAsync() => CommitAsync(Current.Unleased(), CancellationToken.None);
}
