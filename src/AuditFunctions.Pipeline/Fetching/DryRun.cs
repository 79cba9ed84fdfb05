using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>An event as a dry run read it.</summary>
/// <param name="Id">Its id; 32 hex digits made from its content or from several fields when it has none of its own.</param>
/// <param name="Time">Its time, if one could be read.</param>
/// <param name="Json">The event as the vendor sent it.</param>
public sealed record DryRunEvent(string Id, DateTimeOffset? Time, string Json);

/// <summary>What one page of a source would bring. Nothing was shipped or written.</summary>
public sealed record DryRunResult
{
    /// <summary>Why there is no page, or why a run would not take it; null when all is well.</summary>
    public string? Problem { get; init; }

    /// <summary>The HTTP status that the problem came with; 0 when it came with none.</summary>
    public int StatusCode { get; init; }

    /// <summary>Whether the vendor told us to wait: a problem that passes by itself.</summary>
    public bool IsThrottled { get; init; }

    /// <summary>The window that was asked for; null when nothing is to be read yet.</summary>
    public WindowInProgress? Window { get; init; }

    /// <summary>Whether the page was asked for with a cursor that the checkpoint held.</summary>
    public bool IsResumed { get; init; }

    /// <summary>Events on the page.</summary>
    public int Events { get; init; }

    /// <summary>Events on the page that were not sent before.</summary>
    public int New { get; init; }

    /// <summary>Events on the page whose time could be read.</summary>
    public int WithTime { get; init; }

    /// <summary>Whether the page is the window's last.</summary>
    public bool IsLast { get; init; }

    /// <summary>The first events.</summary>
    public IReadOnlyList<DryRunEvent> First { get; init; } = [];

    /// <summary>What the lookback tiers would read.</summary>
    public IReadOnlyList<TierView> Tiers { get; init; } = [];

    /// <summary>What the checkpoint would become.</summary>
    public required Checkpoint After { get; init; }
}

/// <summary>Fetches the page that a run would fetch next, and says what it would do with it.</summary>
public sealed class DryRun(VendorClient vendor, TimeProvider time)
{
    /// <summary>Fetches one page.</summary>
    /// <param name="source">The source.</param>
    /// <param name="checkpoint">Where it stands; an empty one when it never ran.</param>
    /// <param name="known">The ids that belong to the checkpoint, or null.</param>
    /// <param name="maxEvents">How many events to show.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<DryRunResult> RunAsync(SourceDefinition source, Checkpoint checkpoint, RecentIds? known, int maxEvents, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (WindowPlanner.Next(checkpoint, source.Timing, source.Progress, now) is not { } planned)
        {
            return new DryRunResult { Tiers = TierView.Of(checkpoint, source.Timing, now), After = checkpoint };
        }

        var asked = new DryRunResult { Tiers = TierView.Of(checkpoint, source.Timing, now), Window = planned.Window, IsResumed = planned.Cursor is not null, After = checkpoint };
        var query = new PageQuery(planned.Window.FromAt, planned.Window.ToAt, planned.Cursor);
        switch (await vendor.GetPageAsync(source, query, cancellationToken))
        {
            case PageResult.Page page:
                using (page.Content)
                {
                    return Describe(asked, page, planned, source, known, maxEvents, now);
                }

            case PageResult.Throttled throttled:
                var wait = throttled.RetryAfter is { } after ? $"; it asks to wait {Durations.Write(after)}" : "";
                return asked with { Problem = $"The vendor throttles: HTTP {throttled.StatusCode}{wait}.", StatusCode = throttled.StatusCode, IsThrottled = true };
            case PageResult.Refused refused:
                return asked with { Problem = refused.Reason, StatusCode = refused.StatusCode };
            case PageResult.Failed failed:
                failed.Broken?.Dispose();
                return asked with { Problem = failed.Reason, StatusCode = failed.StatusCode };
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static DryRunResult Describe(
        DryRunResult asked,
        PageResult.Page page,
        PlannedWindow planned,
        SourceDefinition source,
        RecentIds? known,
        int maxEvents,
        DateTimeOffset now)
    {
        var count = page.Content.Cut.Count;
        var limit = FetchSteps.LimitOf(planned, source.Progress, now);
        using var all = FreshEvents.Of(page.Content, source.Reading, null, limit, CancellationToken.None);
        using var fresh = FreshEvents.Of(page.Content, source.Reading, known, limit, CancellationToken.None);
        return asked with
        {
            Problem = count > 1 && all.Times.Readable == 0 ? "No event of the page has a time that can be read; check 'time' in the definition." : null,
            Events = count,
            New = fresh.Count,
            WithTime = all.Times.Readable,
            IsLast = page.End.IsLast,
            First = [.. Enumerable.Range(0, Math.Min(all.Count, maxEvents)).Select(at => Read(all, at))],
            After = After(asked.After, planned, all.Times, page, source, now),
        };
    }

    private static DryRunEvent Read(FreshEvents events, int at)
    {
        Span<byte> scratch = stackalloc byte[64];
        EventView view = events.View(at, scratch);
        return new DryRunEvent(Encoding.UTF8.GetString(view.Id), view.Time, Encoding.UTF8.GetString(view.Bytes));
    }

    private static Checkpoint After(Checkpoint before, PlannedWindow planned, PageTimes times, PageResult.Page page, SourceDefinition source, DateTimeOffset now)
    {
        var window = FetchSteps.Seen(planned.Window, times, provedAt: null);
        return page.End.IsLast
            ? FetchSteps.Drained(before, planned, window, WindowPlanner.CursorAfter(source.Progress, page.Content.Cut.Offered, page.End.Cursor, planned.Cursor), source, now)
            : before with { Window = window, Cursor = page.End.Cursor };
    }
}
