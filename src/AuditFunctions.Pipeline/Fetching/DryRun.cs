using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Destinations;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Expansion;
using AuditFunctions.Sources.Inspection;
using AuditFunctions.Sources.Jobs;
using AuditFunctions.Sources.Partitions;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>An event as a dry run read it.</summary>
/// <param name="Id">Its id; 32 hex digits made from its content or from several fields when it has none of its own.</param>
/// <param name="Time">Its time, if one could be read.</param>
/// <param name="Json">The event as the vendor sent it.</param>
public sealed record DryRunEvent(string Id, DateTimeOffset? Time, string Json)
{
    /// <summary>What a first listing sends of it, with that listing's time; null where it is no object of a listing.</summary>
    public (string Json, DateTimeOffset Time)? Listed { get; init; }
}

/// <summary>What one page of a source would bring. Nothing was shipped or written.</summary>
public sealed record DryRunResult
{
    /// <summary>Why there is no page, or why a run would not take it; null when all is well.</summary>
    public string? Problem { get; init; }

    /// <summary>The HTTP status that the problem came with; 0 when it came with none.</summary>
    public int StatusCode { get; init; }

    /// <summary>Whether the vendor asked us to wait: a problem that passes by itself.</summary>
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

    /// <summary>What the template found on each page that was asked for, in order; one more where the last answer was no page.</summary>
    public IReadOnlyList<PageNotes> Inspections { get; init; } = [];

    /// <summary>What the lookback tiers would read.</summary>
    public IReadOnlyList<TierView> Tiers { get; init; } = [];

    /// <summary>What the checkpoint would become.</summary>
    public required Checkpoint After { get; init; }
}

/// <summary>Fetches the page that a run would fetch next, and says what it would do with it.</summary>
public sealed class DryRun(VendorClient vendor, TimeProvider time)
{
    /// <summary>A source's partitions, as its row lists them or the vendor does now.</summary>
    /// <returns>What was found, and what failed.</returns>
    public async Task<(FoundPartitions Found, string? Problem)> PartitionsAsync(SourceDefinition source, CancellationToken cancellationToken)
    {
        var found = await new PartitionDiscovery(vendor, time).FindAsync(source, cancellationToken);
        return (found, found.Failure is { } failure ? $"The look-up of partitions failed: {PollFailure.Of(failure).Reason}." : null);
    }

    /// <summary>Fetches some pages of one window.</summary>
    /// <param name="source">The source.</param>
    /// <param name="partition">Its partition.</param>
    /// <param name="checkpoint">Where it stands; an empty one when it never ran.</param>
    /// <param name="known">The ids that belong to the checkpoint, or null.</param>
    /// <param name="maxEvents">How many events of the first page to show.</param>
    /// <param name="maxPages">How many pages to follow at most; at least 1.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<DryRunResult> RunAsync(
        SourceDefinition source, PartitionId partition, Checkpoint checkpoint, RecentIds? known, int maxEvents, int maxPages, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();

        // Of a listing the first pages are asked for, whatever was listed before and when.
        checkpoint = source.Snapshot is null ? checkpoint : checkpoint with { MarkAt = null, Window = null, Cursor = null };
        if (WindowPlanner.Next(checkpoint, source.Timing, source.Progress, now) is not { } planned)
        {
            return new DryRunResult { Tiers = TierView.Of(checkpoint, source.Timing, now), After = checkpoint };
        }

        var asked = new DryRunResult { Tiers = TierView.Of(checkpoint, source.Timing, now), Window = planned.Window, IsResumed = planned.Cursor is not null, After = checkpoint };
        var inspections = new List<PageNotes>();

        // A position that the vendor keeps is that of the runs; people have one of their own.
        var cursor = source.Paging.Kind.KeepsPlace ? null : planned.Cursor;
        var query = new PageQuery(planned.Window.FromAt, planned.Window.ToAt, cursor) { Partition = SourcePartitions.ValuesOf(source, partition) };
        var result = asked;
        await using var pages = new ExpandedPages(new JobPages(vendor, time), time);
        var before = await PageBefore.AskAsync(source, query, zero => vendor.GetPageAsync(source, zero, cancellationToken));
        for (var page = 0; page < maxPages; page++)
        {
            var (read, next) = await PageAsync(pages, result, page == 0 ? new FirstPageOfRun(before) : null, source, planned, query, known, maxEvents, inspections, cancellationToken);
            result = read with { Inspections = [.. inspections] };
            if (read.Problem is not null || read.IsLast)
            {
                break;
            }

            query = query with { Cursor = next };
        }

        return result;
    }

    private async Task<(DryRunResult Result, string? Next)> PageAsync(
        ExpandedPages pages,
        DryRunResult before,
        FirstPageOfRun? first,
        SourceDefinition source,
        PlannedWindow planned,
        PageQuery query,
        RecentIds? known,
        int maxEvents,
        List<PageNotes> inspections,
        CancellationToken cancellationToken)
    {
        switch (await AskAsync(pages, source, query, inspections, cancellationToken))
        {
            case PageResult.Page page:
                using (page.Content)
                {
                    var described = Describe(before, first is not null, page, planned, source, known, maxEvents, time.GetUtcNow());
                    return (described with { Problem = described.Problem ?? first?.Before?.DoubtOf(page.Content) }, page.End.Cursor);
                }

            case PageResult.Throttled throttled:
                var wait = throttled.RetryAfter is { } after ? $"; it asks to wait {Durations.Write(after)}" : "";
                return (before with { Problem = $"The vendor throttles: HTTP {throttled.StatusCode}{wait}.", StatusCode = throttled.StatusCode, IsThrottled = true }, null);
            case PageResult.Refused refused:
                return (before with { Problem = refused.Reason, StatusCode = refused.StatusCode }, null);
            case PageResult.Failed failed:
                failed.Broken?.Dispose();
                return (before with { Problem = failed.Reason, StatusCode = failed.StatusCode }, null);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    // As a run does: a full page that does not show whether it is the last is asked for with another number of events.
    private static async Task<PageResult> AskAsync(ExpandedPages pages, SourceDefinition source, PageQuery query, List<PageNotes> inspections, CancellationToken cancellationToken)
    {
        var sizing = new PageSizing(source, null);
        var result = await AskOnceAsync();
        return result is PageResult.Failed { FullPage: { } doubted } && sizing.TryAskForOther(doubted, restarts: query.Cursor is not null && !sizing.MayChangeInside)
            ? await AskOnceAsync()
            : await FullPageCheck.ResultOfAsync(result, query.Cursor, sizing, source, AskOnceAsync);

        Task<PageResult> AskOnceAsync()
        {
            inspections.Add(new PageNotes());
            return pages.GetPageAsync(source, query with { Inspection = inspections[^1], PageSize = sizing.Size }, cancellationToken);
        }
    }

    private static DryRunResult Describe(
        DryRunResult before,
        bool isFirst,
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
        var problem = source.Snapshot is not null ? KeyProblem(page.Content.Cut, source.Reading)
            : count > 1 && all.Times.Readable == 0 ? "No event of the page has a time that can be read; check 'time' in the definition." : null;
        return before with
        {
            Problem = problem,
            Events = before.Events + count,
            New = before.New + fresh.Count,
            WithTime = before.WithTime + all.Times.Readable,
            IsLast = page.End.IsLast,
            First = isFirst ? [.. Enumerable.Range(0, Math.Min(all.Count, maxEvents)).Select(at => Read(all, at) with { Listed = ListedOf(all, at, page.Content, source, planned.Window.OpenedAt) })] : before.First,
            After = After(before.After, planned, all.Times, page, source, now),
        };
    }

    private static (string Json, DateTimeOffset Time)? ListedOf(FreshEvents objects, int at, PageContent page, SourceDefinition source, DateTimeOffset listing)
    {
        if (source.Snapshot is not { } snapshot)
        {
            return null;
        }

        using var made = new ListedEvents(page.Bytes, listing);
        var (index, key) = (objects.IndexOf(at), objects.KeyOf(at));
        if (snapshot.Changes != SnapshotChanges.Diff)
        {
            made.Add(key, 0, page.Cut[index]);
        }
        else
        {
            using var text = new PooledBytes();
            if (EventIds.Of(page, source.Reading, index, out _) is not null)
            {
                ListedPage.WriteKey(page, source.Reading, index, text);
            }

            made.Add(key, 0, "added", text.WrittenSpan, fields: [], page.Cut[index]);
        }

        Span<byte> scratch = stackalloc byte[64];
        return (Encoding.UTF8.GetString(made.View(0, scratch).Bytes), listing);
    }

    private sealed record FirstPageOfRun(PageBefore? Before);

    private static string? KeyProblem(CutPage page, ReadingDefinition reading) =>
        page.Count > 0 && !Enumerable.Range(0, page.Count).Any(at => Enumerable.Range(0, reading.IdParts).All(part => EventIds.IsUsable(page.EventField(at, part))))
            ? "No object of the page has the key; check 'snapshot.key' in the definition."
            : null;

    private static DryRunEvent Read(FreshEvents events, int at)
    {
        Span<byte> scratch = stackalloc byte[64];
        EventView view = events.View(at, scratch);
        return new DryRunEvent(Encoding.UTF8.GetString(view.Id), view.Time, Encoding.UTF8.GetString(view.Bytes));
    }

    private static Checkpoint After(Checkpoint before, PlannedWindow planned, PageTimes times, PageResult.Page page, SourceDefinition source, DateTimeOffset now)
    {
        var window = FetchSteps.Seen(before.Window ?? planned.Window, times, provedAt: null);
        return source.Snapshot is not null ? before
            : page.End.IsLast
            ? FetchSteps.Drained(before, planned, window, WindowPlanner.CursorAfter(source.Progress, page.Content.Cut.Offered, page.End.Cursor, planned.Cursor), source, now)
            : before with { Window = window, Cursor = page.End.Cursor };
    }
}
