using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// One run on one partition: opens or resumes windows until the partition is caught up or the budget is spent, and reads lookback tiers that are due
/// afterwards.
/// </summary>
internal sealed class FetchRun
{
    private readonly RunContext _context;
    private readonly CheckpointSession _session;
    private readonly RunTurns _turns;
    private readonly RunCommits _commits;
    private readonly WindowReader _windows;
    private readonly ListingIntake? _listings;

    /// <summary>A run that begins now.</summary>
    public FetchRun(
        SourceDefinition source,
        IReadOnlyList<DestinationDefinition> destinations,
        PartitionId partition,
        Checkpoint read,
        RecentIds? ids,
        FetchServices services)
    {
        _context = new RunContext(source, destinations, partition, read, services);
        _session = new CheckpointSession(_context, ids);
        _turns = new RunTurns(_context, Tally);
        var asker = new PageAsker(_context, _session);
        _commits = new RunCommits(_context, _session, Tally, _turns, asker.Sizing);
        var intake = new PageIntake(_context, _session, Tally);
        _listings = source.Snapshot is null ? null : new ListingIntake(_context, _session, Tally, _turns, intake, _commits);
        _windows = new WindowReader(_context, _session, _turns, asker, intake, _commits) { Listings = _listings, Tally = Tally };
    }

    /// <summary>What was done.</summary>
    public RunTally Tally { get; } = new();

    /// <summary>Notes that nothing can be fetched until somebody changes something.</summary>
    public Task<FetchOutcome> RefuseAsync(string reason, CancellationToken cancellationToken) =>
        _commits.BackOffAsync(new PollFailure(FailureKind.Refused, reason), cancellationToken);

    /// <summary>Renews the run's lease while it works.</summary>
    public Task KeepLeaseAsync(Task work) => _session.RenewWhileAsync(work);

    /// <summary>Runs: at least one page of a tier that is due is read each time, so that a small budget does not starve it.</summary>
    public async Task<FetchOutcome> RunAsync(CancellationToken cancellationToken)
    {
        await using var answers = _context.Expanded;
        using var listing = _session.Listing;
        var outcome = await PollAsync(cancellationToken);
        while (outcome is FetchOutcome.CaughtUp or FetchOutcome.Idle && _turns.NextSlice(_session.Current) is { } slice)
        {
            outcome = _turns.IsSliceBudgetSpent ? await _commits.ContinueSweepAsync(cancellationToken)
                : _turns.IsPollDue ? await PollAsync(cancellationToken)
                : await _windows.ReadAsync(slice, cancellationToken);
        }

        return outcome == FetchOutcome.CaughtUp && Tally.Events == 0 ? FetchOutcome.Idle : outcome;
    }

    // The windows that move the mark, until they are drained.
    private async Task<FetchOutcome> PollAsync(CancellationToken cancellationToken)
    {
        _turns.PollBegins();
        while (WindowPlanner.Next(_session.Current, _context.Source.Timing, _context.Source.Progress, _context.Now) is { } planned)
        {
            if (Gaps.Before(planned, _session.Current, _context.Source, _context.Now) is { } gap && !await _commits.GapAsync(gap, cancellationToken))
            {
                return FetchOutcome.Skipped;
            }

            var outcome = _listings is not null && _session.Current is { Window: not null, Listing.IsRead: true }
                ? await _listings.GoOnAsync(planned, planned.Window, cancellationToken)
                : await _windows.ReadAsync(planned, cancellationToken);
            if (outcome != FetchOutcome.CaughtUp || !planned.IsTruncated)
            {
                return outcome;
            }

            if (_turns.IsBudgetSpent)
            {
                await _context.Services.Continue(_context.Partition, cancellationToken);
                return FetchOutcome.Continued;
            }
        }

        await _commits.NoteIdleAsync(null, cancellationToken);
        return FetchOutcome.CaughtUp;
    }
}
