using System.Numerics;
using AuditFunctions.Pipeline.Storage;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.SeenIds;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// A run's hold on its partition's checkpoint: the version that it read or wrote last, the recent ids that belong to it, and the lease. Whoever
/// writes in between takes the hold away: from then on nothing is committed.
/// </summary>
#pragma warning disable CA1001 // A semaphore whose wait handle nobody asks for holds nothing that is to be disposed of.
internal sealed class CheckpointSession(RunContext context, RecentIds? ids)
#pragma warning restore CA1001
{
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    private readonly SeenMemory _seen = new(context.Partition, context.Services.Seen);
    private readonly string _owner = context.Services.Random.NextId();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly TaskCompletionSource _leased = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _writes;
    private uint _window;

    /// <summary>The checkpoint as it stands in the table.</summary>
    public Checkpoint Current { get; private set; } = context.Read;

    /// <summary>The recent ids, once they were needed.</summary>
    public RecentIds? Ids { get; private set; } = ids;

    /// <summary>The versions of the lookup files with which pages of the window are made; null when there are none, or no page has needed them yet.</summary>
    public string? Lookups { get; set; }

    /// <summary>The listing that is read, of a snapshot source; null of others.</summary>
    public ListingSession? Listing { get; } = context.Source.Snapshot is { } snapshot ? new(context, context.Services.Listings!, snapshot) : null;

    /// <summary>Whether this run holds the lease.</summary>
    public bool IsLeased => Current.LeaseOwner == _owner;

    /// <summary>A window begins, or is gone on with.</summary>
    public void BeginWindow(WindowInProgress window)
    {
        var crc = BitOperations.Crc32C(BitOperations.Crc32C(uint.MaxValue, (ulong)window.OpenedAt.UtcTicks), (ulong)window.FromAt.UtcTicks);
        _window = Math.Max(crc, 1);
        Lookups = null;
        Ids?.BeginWindow(_window);
    }

    /// <summary>Reads the recent ids.</summary>
    /// <returns>Null when somebody has written meanwhile.</returns>
    public async Task<RecentIds?> LoadIdsAsync(CancellationToken cancellationToken)
    {
        Ids = await context.Services.Checkpoints.ReadRecentIdsAsync(context.Partition, Current, cancellationToken);
        Ids?.BeginWindow(_window);
        return Ids;
    }

    /// <summary>Drops the events of a page that were sent so long ago that the row does not hold their ids any more.</summary>
    public async Task DropSeenAsync(FreshEvents fresh, CancellationToken cancellationToken)
    {
        var now = context.Now;
        var gap = 2 * context.Source.Timing.Interval;
        var reach = Horizon(Current, now) - (gap > OneDay ? gap : OneDay);
        foreach (var key in await _seen.DropKnownAsync(fresh, Current.Seen, now, reach, cancellationToken))
        {
            Ids!.Add(key, seconds: 0);
        }
    }

    /// <summary>What events of earlier pages said, for those of a window.</summary>
    public RepeatMemory Repeats(WindowInProgress window) => new(Ids, _seen, Current.Seen, window.OpenedAt + OneDay);

    /// <summary>The checkpoint with a lease of full length.</summary>
    public Checkpoint Leased() => Leased(context.Services.Options.LeaseDuration);

    /// <summary>Takes the lease when there is something to send, and renews it when half of it is over.</summary>
    /// <param name="planned">The window.</param>
    /// <param name="cursor">The page.</param>
    /// <param name="direct">Whether it has to outlast a delivery, for which the run itself stays.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>false when somebody else was first.</returns>
    public async Task<bool> LeaseAsync(PlannedWindow planned, string? cursor, bool direct, CancellationToken cancellationToken)
    {
        var duration = direct ? context.Services.DirectLease : context.Services.Options.LeaseDuration;
        return (IsLeased && IsOpen(planned) && Current.LeaseUntil - context.Now > duration / 2)
            || await CommitAsync(FetchSteps.At(Leased(duration), planned, OpenedWindow(planned) with { Lookups = Lookups }, cursor), cancellationToken);
    }

    /// <summary>
    /// Renews the lease while a run works: it is short, so that others can go on soon after a crash, and a slow page may take longer. Ends with the run.
    /// </summary>
    public async Task RenewWhileAsync(Task work)
    {
        await Task.WhenAny(work, _leased.Task);
        while (!work.IsCompleted)
        {
            using var woken = new CancellationTokenSource();
            var due = Task.Delay(context.Services.Options.LeaseDuration / 3, context.Services.Time, woken.Token);
            if (await Task.WhenAny(work, due) == due)
            {
                await RenewAsync();
            }
            else
            {
                await woken.CancelAsync();
            }
        }
    }

    /// <summary>Writes a checkpoint over the version that is held.</summary>
    /// <returns>false when somebody has written meanwhile.</returns>
    public async Task<bool> CommitAsync(Checkpoint next, CancellationToken cancellationToken)
    {
        // A write that is cut short may have happened or not, and then the lease could not be given back: a stop waits for it.
        cancellationToken.ThrowIfCancellationRequested();
        await _writing.WaitAsync(CancellationToken.None);
        try
        {
            next = next with { RememberedFromAt = next.RememberedFromAt ?? WindowPlanner.OpenStartOf(Current, context.Source.Timing, context.StartedAt) };
            next = Lookups is null ? next : next with { HasLookups = true };
            next = await WithListingAsync(next);
            next = await WithRoomAsync(WindowPlanner.Anchored(next, context.Source.Timing, context.StartedAt));
            if (await WriteAsync(next, Ids))
            {
                return true;
            }
        }
        finally
        {
            _writing.Release();
        }

        FetchingLog.LeaseLost(context.Services.Log, context.Partition.Source, context.Partition.Partition);
        return false;
    }

    private Checkpoint Leased(TimeSpan duration) => Current with { LeaseOwner = _owner, LeaseUntil = context.Now + duration };

    // Over the version that is held, which a renewal may have written meanwhile.
    private async Task<bool> WriteAsync(Checkpoint next, RecentIds? ids)
    {
        next = next with { ETag = Current.ETag, WriteId = $"{_owner}-{++_writes}" };
        if (await context.Services.Checkpoints.TryWriteAsync(context.Partition, next, ids, CancellationToken.None) is not { } written)
        {
            return false;
        }

        Current = written;
        if (IsLeased)
        {
            _leased.TrySetResult();
        }

        return true;
    }

    // Without the ids: those of the page that is being sent are not committed yet.
    private async Task RenewAsync()
    {
        await _writing.WaitAsync(CancellationToken.None);
        try
        {
            if (IsLeased && Current.LeaseUntil - context.Now < context.Services.Options.LeaseDuration * 2 / 3)
            {
                await WriteAsync(Leased(), null);
            }
        }
        catch (Exception)
        {
            // Storage fails: the next renewal may work, and the run's own commit meets what does not.
        }
        finally
        {
            _writing.Release();
        }
    }

    // The window as the row holds it, when it is open there already.
    private WindowInProgress OpenedWindow(PlannedWindow planned) => planned.Sweep is null ? Current.Window ?? planned.Window : planned.Window;

    // The window must stand in the row before its first batch is sent, with the lookup files that made it, so that a stop repeats the same one.
    private bool IsOpen(PlannedWindow planned) =>
        planned.Sweep is null
            ? Current.Window is { } window && window.Lookups == Lookups
            : Current.Sweep?.Slice is { } slice && slice.OpenedAt == planned.Window.OpenedAt && slice.FromAt == planned.Window.FromAt && slice.Lookups == Lookups;

    // What was listed is valid only with the cursor behind it.
    private async Task<Checkpoint> WithListingAsync(Checkpoint next)
    {
        if (Listing is null || next.Window is null)
        {
            return next;
        }

        await Listing.StoreAsync(CancellationToken.None);
        return next with { Listing = Listing.Progress };
    }

    // Ids leave the row only together with the index that makes them valid where they went: a stop in between repeats the page with the row as it was.
    private async Task<Checkpoint> WithRoomAsync(Checkpoint next)
    {
        if (Ids is not { IsOverfull: true } ids)
        {
            return next;
        }

        var now = context.Now;
        var horizon = Horizon(next, now);
        var leaving = ids.MakeRoom(horizon, out var forgottenTo);
        if (forgottenTo > 0 && DateTimeOffset.FromUnixTimeSeconds(forgottenTo + 1L) is var known && !(next.RememberedFromAt >= known))
        {
            next = next with { RememberedFromAt = known };
        }

        return leaving.Count == 0 ? next : next with { Seen = await _seen.AddAsync(next.Seen, context.Services.Random.NextId(), leaving, horizon, now, CancellationToken.None) };
    }

    private DateTimeOffset Horizon(Checkpoint checkpoint, DateTimeOffset now) => FetchSteps.HorizonOf(checkpoint, context.Source, now);

    /// <summary>
    /// Gives the lease back although the run is being stopped. What was committed stays; the ids of a page that was not are left out, so that the
    /// page is repeated as it was, in the same batches.
    /// </summary>
    public async Task GiveBackAsync()
    {
        await _writing.WaitAsync(CancellationToken.None);
        try
        {
            await WriteAsync(Current.Unleased(), null);
        }
        finally
        {
            _writing.Release();
        }
    }
}
