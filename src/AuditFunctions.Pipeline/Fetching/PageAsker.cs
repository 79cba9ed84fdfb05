using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Asks for a run's pages: paces requests, and asks again after short waits when the vendor throttles or fails.</summary>
internal sealed class PageAsker(RunContext context, CheckpointSession session)
{
    // The host ends a function after 10 minutes: the last request of a run must leave time for the commit.
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(9.5);

    private const int MostEarlier = 10_000;

    // The most events that the vendor gave on a page of this window: what it really gives, whatever was asked for.
    private int _mostGiven;

    // What the pages of this window held, each with its number or offset.
    private readonly Dictionary<ulong, string?> _earlier = [];

    /// <summary>How many events are asked for at once.</summary>
    public PageSizing Sizing { get; } = new(context.Source, context.Read.Status.PageSize);

    /// <summary>Whether a page was too much in the middle of a window that can only be read in smaller ones from its start.</summary>
    public bool MustRestart { get; private set; }

    /// <summary>Another window begins, or is gone on with: what the vendor gave in the one before, such as its short last page, says nothing of it.</summary>
    public void BeginWindow()
    {
        _mostGiven = 0;
        _earlier.Clear();
    }

    /// <summary>Asks for a page until there is an answer that another short wait would not change.</summary>
    public async Task<PageResult> AskAsync(WindowInProgress window, string? cursor, bool isFirst, CancellationToken cancellationToken) =>
        await FullPageCheck.ResultOfAsync(
            await AskUntilAsync(window, cursor, isFirst, cancellationToken), cursor, Sizing, context.Source, () => AskUntilAsync(window, cursor, isFirst: false, cancellationToken));

    private async Task<PageResult> AskUntilAsync(WindowInProgress window, string? cursor, bool isFirst, CancellationToken cancellationToken)
    {
        if (!isFirst)
        {
            await PauseAsync(cancellationToken);
        }

        var restarts = cursor is not null && !Sizing.MayChangeInside;
        var narrowed = false;
        for (var attempt = 1; ; attempt++)
        {
            // Whether the vendor's position moved is not known after a failure.
            cursor = attempt > 1 ? context.Source.Paging.Kind.CursorAsked(cursor) : cursor;
            var askedAt = context.Now;
            var query = QueryOf(window, cursor) with { MostGiven = _mostGiven, Earlier = _earlier };
            var result = await TryAsync(query, cancellationToken);
            CountAsked(result);
            if (result is PageResult.Page { Content.Cut: var taken, End.Cursor: var next })
            {
                _mostGiven = taken.Quarantined.Count == 0 && taken.Offered < Sizing.Size ? Math.Max(_mostGiven, taken.Offered) : _mostGiven;
                Sizing.Took();
                Note(next, cursor);
            }
            else if (result is PageResult.Failed { FullPage: { } full } && !narrowed && Sizing.TryAskForOther(full, restarts))
            {
                if (restarts)
                {
                    MustRestart = true;
                    return result;
                }

                narrowed = true;
                continue;
            }
            else if (TooMuchOf(result, attempt, restarts) is { } isSuspicion && Sizing.TryShrink(isSuspicion))
            {
                FetchingLog.SmallerPages(context.Services.Log, context.Partition.Source, context.Partition.Partition, Sizing.Size);
                if (restarts)
                {
                    MustRestart = true;
                    return result;
                }
            }

            TimeSpan? wait = result switch
            {
                PageResult.Throttled throttled => throttled.RetryAfter ?? Backoff.InRun(attempt, context.Services.Random),
                PageResult.Failed { IsOfWindow: true } => null,
                PageResult.Failed => Backoff.InRun(attempt, context.Services.Random),

                // It may have been cut off and closed on its way, and what it lacks would be passed over: only a page that stays so is taken as it is.
                PageResult.Page { Content.Cut.Quarantined.Count: > 0 } => Backoff.InRun(attempt, context.Services.Random),
                _ => null,
            };

            // A vendor that takes long to fail is no hiccup: the slot goes to others, and the partition backs off.
            if (context.Now - askedAt > context.Services.Options.MaxWait && result is PageResult.Failed)
            {
                return result;
            }

            if (wait is not { } pause || attempt > context.Services.Options.MaxRetries || pause > context.Services.Options.MaxWait
                || context.Now + pause - context.StartedAt >= context.Services.Options.MaxRunTime)
            {
                return result;
            }

            FetchingLog.Waiting(context.Services.Log, context.Partition.Source, context.Partition.Partition, pause, WhyAgain(result));
            ContentOf(result)?.Dispose();
            await Task.Delay(pause, context.Services.Time, cancellationToken);
        }
    }

    private PageQuery QueryOf(WindowInProgress window, string? cursor) => QueryOf(window.FromAt, window.ToAt, cursor, Sizing.Size);

    private PageQuery QueryOf(DateTimeOffset from, DateTimeOffset to, string? cursor, int size) => new(from, to, cursor, size, context.StartedAt + LongestRun) { Partition = context.Values };

    private Task PauseAsync(CancellationToken cancellationToken) => context.Source.Timing.RequestInterval > TimeSpan.Zero
        ? Task.Delay(context.Source.Timing.RequestInterval, context.Services.Time, cancellationToken)
        : Task.CompletedTask;

    private void CountAsked(PageResult result)
    {
        if (result is not PageResult.Throttled { StatusCode: 0 })
        {
            context.Services.Metrics.Asked(context.Source.Name, OutcomeOf(result));
        }
    }

    // A kind that counts says in the next cursor what the page held; in those of lists, jobs and days other things stand around it.
    private void Note(string? next, string? cursor)
    {
        var (source, paging) = (context.Source, context.Source.Paging);
        if (paging.Kind.Counts && source is { Expand: null, Job: null, Snapshot: null, Timing.IsWithinDay: false } && _earlier.Count < MostEarlier
            && paging.PlaceOf(next).Print is not 0 and var print)
        {
            _earlier.TryAdd(print, paging.PlaceOf(cursor).Cursor);
        }
    }

    /// <summary>The window starts again, because the vendor kept failing in the middle of it: that may have been the size of its page.</summary>
    /// <returns>Whether smaller pages are asked for from now on.</returns>
    public bool Suspect(PageResult result)
    {
        if (!MaySuspect(result) || Sizing.MayChangeInside || !Sizing.TryShrink(isSuspicion: true))
        {
            return false;
        }

        FetchingLog.SmallerPages(context.Services.Log, context.Partition.Source, context.Partition.Partition, Sizing.Size);
        return true;
    }

    /// <summary>What the vendor has before the first page of a window.</summary>
    public Task<PageBefore?> BeforeAsync(WindowInProgress window, string? cursor, CancellationToken cancellationToken) => PageBefore.AskAsync(
        context.Source,
        QueryOf(window, cursor),
        async query =>
        {
            var result = await TryAsync(query, cancellationToken);
            await PauseAsync(cancellationToken);
            return result;
        });

    /// <summary>Looks once at a few events of a stretch of time, without a word of whatever fails.</summary>
    public async Task<PageResult> LookAsync(DateTimeOffset from, DateTimeOffset to, int size, CancellationToken cancellationToken)
    {
        await PauseAsync(cancellationToken);
        return await TryAsync(QueryOf(from, to, cursor: null, size), cancellationToken);
    }

    /// <summary>Whether the vendor answers the first page of a window.</summary>
    public async Task<bool> AnswersAsync(WindowInProgress window, CancellationToken cancellationToken)
    {
        var result = await TryAsync(QueryOf(window, cursor: null), cancellationToken);
        CountAsked(result);
        Discard(result);
        return result is PageResult.Page;
    }

    /// <summary>Gives the buffers of an answer back.</summary>
    public static void Discard(PageResult result) => ContentOf(result)?.Dispose();

    internal static string OutcomeOf(PageResult result) => result switch
    {
        PageResult.Page => "page",
        PageResult.Throttled => "throttled",
        PageResult.Refused => "refused",
        _ => "failed",
    };

    /// <summary>Gives up a page that was asked for ahead and that nobody needs any more.</summary>
    public static async Task DiscardAsync(Task<PageResult>? pending)
    {
        if (pending is null)
        {
            return;
        }

        try
        {
            ContentOf(await pending)?.Dispose();
        }
        catch (Exception)
        {
            // Nobody waits for this page any more; what ended the run is already on its way to the caller.
        }
    }

    private static PageContent? ContentOf(PageResult result) => (result as PageResult.Page)?.Content ?? (result as PageResult.Failed)?.Broken;

    private static string WhyAgain(PageResult result) => result switch
    {
        PageResult.Failed failed => failed.Reason,
        PageResult.Page page => page.Content.Cut.Quarantined[0].Reason,
        PageResult.Throttled { Expected: { } why } => why,
        _ => "throttled",
    };

    // Null: not the page's size. Where the vendor only fails, again and again, it may be: true.
    private bool? TooMuchOf(PageResult result, int attempt, bool restarts) => result switch
    {
        PageResult.Failed { IsOfItem: true } => null,

        // Smaller pages are more pages: started again at each hiccup, a window of a vendor that often fails would never end.
        PageResult.Failed { IsTooMuch: true, StatusCode: 0 } when restarts && session.Current.Status.Failures == 0 => null,
        PageResult.Failed { IsTooMuch: true } or PageResult.Failed { StatusCode: 413 } => false,
        _ when MaySuspect(result) && !restarts && (attempt > 1 || session.Current.Status.Failures > 0) => true,
        _ => null,
    };

    // 520 to 524 are Cloudflare's, for a server behind it that fails or takes too long.
    private static bool MaySuspect(PageResult result) =>
        result is PageResult.Failed { IsOfItem: false } and ({ StatusCode: 408 or 500 or 502 or 504 or 520 or 522 or 524 } or { IsBrokenOff: true });

    // A fault of our own in asking is the source's state, as the vendor's faults are: it must not end in the host's poison queue.
    private async Task<PageResult> TryAsync(PageQuery query, CancellationToken cancellationToken)
    {
        try
        {
            return await (context.Expanded ?? context.Services.Vendor).GetPageAsync(context.Source, query, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            FetchingLog.Unexpected(context.Services.Log, exception, context.Partition.Source, context.Partition.Partition);
            return new PageResult.Failed(0, $"an unexpected {exception.GetType().Name} in asking for a page");
        }
    }
}
