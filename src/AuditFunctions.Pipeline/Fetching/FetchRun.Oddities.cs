using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>What a run does when an answer is no page: it backs off. And about pages that are not what the template says, and cursors that never end.</summary>
internal sealed partial class FetchRun
{
    // So many pages that hold nothing, or the same as an earlier one of the run, are no overlap being read again.
    private const int ManyPages = 20;

    private readonly HashSet<EventKey> _firstKeys = [];
    private int _barren;

    private bool IsEndless => _barren >= ManyPages;

    // An overlap or a tier that is read again brings pages of known events, but each page another one.
    private void NoteBarren(FreshEvents page, int news) =>
        _barren = news > 0 || (page.FirstKey is { } first && _firstKeys.Add(first)) ? 0 : _barren + 1;

    // A cursor that goes on for ever without an event must neither run for ever nor in silence: what it reached is kept, and the waits grow.
    private async Task<FetchOutcome> BackOffEndlessAsync(Checkpoint next, CancellationToken cancellationToken)
    {
        var endless = new PollFailure(FailureKind.EndlessPages, $"at least {ManyPages} pages in a row held nothing, or the same again, and the vendor still names a next one; it goes on from there");
        Problem = endless.Reason;
        var status = StatusAfter.Failure(_held.Current.Status, endless, source.Fingerprint, Now, services.Random);
        return await _held.CommitAsync(next with { Status = status with { PageSize = _pageAsker.Sizing.Remembered } }, cancellationToken) ? FetchOutcome.BackedOff : FetchOutcome.Skipped;
    }

    // If a page stays unlike its template it is kept whole, and the events before its fault go on. The mark does not move.
    private async Task<FetchOutcome> TakeBrokenAsync(PageResult.Failed failed, PlannedWindow planned, string? cursor, CancellationToken cancellationToken)
    {
        var failure = PollFailure.Of(failed);
        using var page = failed.Broken!;
        if (await services.Quarantine.KeepAsync(partition, page, failed.Reason, _held.Current.Status, cancellationToken) is { } kept)
        {
            using var fresh = FreshEvents.Of(page, source.Reading, _held.Ids);
            if (fresh.Count > 0 && _held.Ids is null)
            {
                if (await _held.LoadIdsAsync(cancellationToken) is not { } ids)
                {
                    return FetchOutcome.Skipped;
                }

                fresh.Drop(ids);
            }

            if (fresh.Count > 0)
            {
                await _held.DropSeenAsync(fresh, cancellationToken);
            }

            if (fresh.Count > 0)
            {
                if (!await _held.LeaseAsync(planned, OpenedWindow(planned), cursor, direct: false, cancellationToken))
                {
                    return FetchOutcome.Skipped;
                }

                // As for a whole page: a stop waits for the commit.
                cancellationToken = CancellationToken.None;
                await SendAsync(fresh, planned.Window.OpenedAt, null, cancellationToken);
                fresh.Remember(_held.Ids!, Now);
            }

            failure = failure with { Reason = $"{failed.Reason}; kept as dead letter '{kept}'. The events before the fault were sent on", KeptPage = kept };
        }

        return await BackOffAsync(failure, cancellationToken);
    }

    private Task<FetchOutcome> BackOffAsync(PollFailure failure, CancellationToken cancellationToken) => BackOffAsync(failure, dropCursor: false, cancellationToken);

    private async Task<FetchOutcome> BackOffAsync(PollFailure failure, bool dropCursor, CancellationToken cancellationToken)
    {
        var status = StatusAfter.Failure(_held.Current.Status, failure, source.Fingerprint, Now, services.Random) with
        {
            PageSize = _pageAsker.Sizing.Remembered,
            Events = _statusAtStart.Events + _events,
            Batches = _statusAtStart.Batches + _batches,
        };
        Problem = status.LastError;
        var isRefused = failure.Kind == FailureKind.Refused;
        var left = isRefused || dropCursor ? FetchSteps.Refused(_held.Current) : _held.Current;
        await _held.CommitAsync(left.Unleased() with { Cursor = dropCursor ? null : left.Cursor, Status = status }, cancellationToken);
        return isRefused ? FetchOutcome.Refused : FetchOutcome.BackedOff;
    }
}
