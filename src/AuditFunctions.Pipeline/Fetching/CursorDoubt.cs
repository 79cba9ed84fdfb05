using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// Whether a cursor is to blame for an answer that is no page. One that was kept may have expired, or lead deeper than the vendor lets anybody page. When the
/// vendor keeps failing with it, whatever it says, and answers without it, it is the cursor. An outage answers nothing, and the cursor stays.
/// </summary>
internal sealed class CursorDoubt(RunContext context, CheckpointSession session, PageAsker asker)
{
    // Failed polls in a row after which it may be the cursor that is bad.
    private const int FailuresToDoubt = 2;

    // Failed polls in a row after which a vendor that throttles behind a first page may do so there only, and for ever.
    private const int ThrottlesToDoubt = 5;

    /// <summary>Looks at an answer.</summary>
    /// <param name="result">The answer.</param>
    /// <param name="planned">The window.</param>
    /// <param name="cursor">The cursor that was asked with; null for the first page.</param>
    /// <param name="resumed">Whether it is one that an earlier run kept.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The answer, or what came when it was asked for again, and whether the cursor is to blame.</returns>
    public async Task<(PageResult Result, bool IsCursorBad)> OfAsync(
        PageResult result, PlannedWindow planned, string? cursor, bool resumed, CancellationToken cancellationToken)
    {
        // An unreadable page is kept when it stays so, and says nothing of its cursor; nor does an item of a list.
        var isThrottled = result is PageResult.Throttled;
        if (cursor is null || (isThrottled && session.Current.Status.Failures < ThrottlesToDoubt) || result is PageResult.Page or PageResult.Throttled { Expected: not null }
            or PageResult.Failed { Broken: not null } or PageResult.Failed { IsOfItem: true } or PageResult.Failed { MovedOn: true } or PageResult.Refused { IsOfItem: true })
        {
            return (result, false);
        }

        if (resumed && result is PageResult.Refused refused && (refused.IsOfCursor || refused.StatusCode is 400 or 404 or 410 or 422))
        {
            return (result, true);
        }

        // Asked for again, a job would be submitted again; what becomes of a lost one is decided where it is asked about.
        // Asked for without its cursor, a vendor that keeps the position would go back.
        if (session.Current.Status.Failures < FailuresToDoubt || asker.MustRestart || context.Source.Job is not null || context.Source.Paging.Kind.KeepsPlace)
        {
            return (result, false);
        }

        if (!resumed)
        {
            // The first page has just been answered.
            return (result, context.Source.Progress != ProgressKind.Cursor);
        }

        if (!await asker.AnswersAsync(planned.Window, cancellationToken))
        {
            return (result, false);
        }

        // It may have come back just now.
        PageAsker.Discard(result);
        var again = await asker.AskAsync(planned.Window, cursor, isFirst: false, cancellationToken);
        return (again, again is not PageResult.Page && again is PageResult.Throttled == isThrottled);
    }
}
