using AuditFunctions.Pipeline.Storage.Checkpoints;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// How the slices of lookback tiers and the windows that move the mark take turns in a run, and when its budget is spent. Tiers are read when the
/// windows are drained, and make way when the next poll's time has come, so that they never delay new events.
/// </summary>
internal sealed class RunTurns(RunContext context, RunTally tally)
{
    private DateTimeOffset _polledAt;
    private int _slicePagesAtPoll;
    private bool _isSwept;

    /// <summary>How far the tier that is being read has come. Slices without anything new are not committed one by one.</summary>
    public TierSweep? Sweep { get; private set; } = context.Read.Sweep;

    /// <summary>Whether the run has used up its pages or its time.</summary>
    public bool IsBudgetSpent =>
        tally.Pages >= context.Services.Options.MaxPages || context.Now - context.StartedAt >= context.Services.Options.MaxRunTime;

    /// <summary>Whether a run with a spent budget goes on elsewhere: at least one page of a tier that is due is read each time.</summary>
    public bool IsSliceBudgetSpent => IsBudgetSpent && tally.SlicePages > 0;

    /// <summary>Whether the next poll's time has come. At least one page of a tier is read between two polls, however long they take.</summary>
    public bool IsPollDue => tally.SlicePages > _slicePagesAtPoll && context.Now - _polledAt >= context.Source.Timing.Interval;

    /// <summary>A poll begins.</summary>
    public void PollBegins() => (_polledAt, _slicePagesAtPoll) = (context.Now, tally.SlicePages);

    /// <summary>Whether a page is the last for now. A slice makes way for a poll between two pages; the windows that move the mark do for nobody.</summary>
    public bool IsPageLast(PlannedWindow planned) => IsBudgetSpent || (planned.Sweep is not null && IsPollDue);

    /// <summary>
    /// The slice to read next; null when none is due. One sweep is enough for a run: of a slow vendor the next may be due already, and polls would
    /// never end.
    /// </summary>
    public PlannedWindow? NextSlice(Checkpoint current) =>
        _isSwept ? null : TierPlanner.Next(current with { Sweep = Sweep }, context.Source.Timing, context.Now);

    /// <summary>A slice is read to its end.</summary>
    /// <param name="left">What is left of its tier; null when nothing is.</param>
    public void SliceDrained(TierSweep? left)
    {
        Sweep = left;
        _isSwept |= left is null;
    }

    /// <summary>A window or slice was left in the middle.</summary>
    public void Paused(TierSweep? left) => Sweep = left;
}
