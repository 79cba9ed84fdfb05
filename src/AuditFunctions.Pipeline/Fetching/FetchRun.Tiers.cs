using AuditFunctions.Pipeline.Storage.Checkpoints;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>How the slices of lookback tiers and the windows that move the mark take turns.</summary>
internal sealed partial class FetchRun
{
    private DateTimeOffset _polledAt;
    private TierSweep? _sweep = read.Sweep;
    private int _slicePages;
    private int _slicePagesAtPoll;
    private bool _isSwept;

    /// <summary>Runs: at least one page of a tier that is due is read each time, so that a small budget does not starve it.</summary>
    public async Task<FetchOutcome> RunAsync(CancellationToken cancellationToken)
    {
        var outcome = await PollAsync(cancellationToken);
        while (outcome is FetchOutcome.CaughtUp or FetchOutcome.Idle && NextSlice() is { } slice)
        {
            outcome = IsBudgetSpent && _slicePages > 0 ? await ContinueSweepAsync(cancellationToken)
                : IsPollDue ? await PollAsync(cancellationToken)
                : await ReadWindowAsync(slice, cancellationToken);
        }

        return outcome == FetchOutcome.CaughtUp && _events == 0 ? FetchOutcome.Idle : outcome;
    }

    // At least one page of a tier is read between two polls, however long they take.
    private bool IsPollDue => _slicePages > _slicePagesAtPoll && Now - _polledAt >= source.Timing.Interval;

    // Slices without anything new are not committed one by one: how far the sweep has come is known here.
    // One sweep is enough for a run: of a slow vendor the next may be due already, and polls would never end.
    private PlannedWindow? NextSlice() => _isSwept ? null : TierPlanner.Next(_held.Current with { Sweep = _sweep }, source.Timing, Now);

    private async Task<FetchOutcome> ContinueSweepAsync(CancellationToken cancellationToken)
    {
        if (!await _held.CommitAsync(_held.Current.Unleased() with { Sweep = _sweep, Status = Worked(fetched: false) }, cancellationToken))
        {
            return FetchOutcome.Skipped;
        }

        await services.Continue(partition, cancellationToken);
        return FetchOutcome.Continued;
    }

    // A slice makes way for a poll between two pages; the windows that move the mark do for nobody.
    private bool IsPageLast(PlannedWindow planned) => IsBudgetSpent || (planned.Sweep is not null && IsPollDue);

    // Ends in the middle of a window: to continue in a new message, or to come back to a slice after a poll.
    private async Task<FetchOutcome> PauseAsync(PlannedWindow planned, WindowInProgress window, string? cursor, bool fetched, CancellationToken cancellationToken)
    {
        var next = InWindow(planned, window, cursor, fetched).Unleased();
        if (IsEndless)
        {
            return await BackOffEndlessAsync(next, cancellationToken);
        }

        if (!await _held.CommitAsync(next, cancellationToken))
        {
            return FetchOutcome.Skipped;
        }

        _sweep = _held.Current.Sweep;
        if (!IsBudgetSpent)
        {
            return FetchOutcome.CaughtUp;
        }

        await services.Continue(partition, cancellationToken);
        return FetchOutcome.Continued;
    }
}
