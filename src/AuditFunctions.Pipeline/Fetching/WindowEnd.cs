using System.Globalization;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// Whether a window really ends where the vendor says so. Some give 1,000 or 10,000 events for a request and its pages, whatever else there is, and call that the
/// end. The last page is full then, and a request for the stretch that no page reached brings more.
/// </summary>
internal sealed class WindowEnd(RunContext context, CheckpointSession session, PageAsker asker)
{
    private const int Few = 50;

    // The last page with events: behind it some give an empty one, whatever else there is.
    private PlannedWindow? _of;
    private int _offered;
    private DateTimeOffset? _oldestAt;
    private DateTimeOffset? _oldestOfAllAt;
    private long _ofAll;
    private DateTimeOffset[] _times = [];
    private bool _isSmall;

    /// <summary>The stretches that may hold more than the window's pages did, where its last page with events is full.</summary>
    /// <param name="planned">The window.</param>
    /// <param name="window">The same with the newest time seen in it.</param>
    /// <param name="page">A page of it.</param>
    /// <param name="sent">What came of that.</param>
    /// <returns>Nothing when nothing speaks against the end, or the page is not the last one.</returns>
    public IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> BehindOf(PlannedWindow planned, WindowInProgress window, PageResult.Page page, PageTaken.Sent sent)
    {
        Note(planned, page.Content, sent);
        return page.End.IsLast && session.Ids is not null && IsFull && IsAskable ? [.. BehindOf(planned, window).Where(stretch => stretch.To > stretch.From)] : [];
    }

    /// <summary>Asks for what such stretches hold.</summary>
    /// <returns>Why the window does not end where the vendor says; null when nothing new is there.</returns>
    public async Task<string?> DoubtAsync(IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> stretches, CancellationToken cancellationToken)
    {
        foreach (var behind in stretches)
        {
            if (await HasMoreAsync(behind, session.Ids!, cancellationToken))
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"the vendor names no page behind a full one ({_offered} events), and yet has events of the same window that came with none: it gives no more for one request and its pages");
            }
        }

        return null;
    }

    private async Task<bool> HasMoreAsync((DateTimeOffset From, DateTimeOffset To) behind, RecentIds known, CancellationToken cancellationToken)
    {
        var more = await asker.LookAsync(behind.From, behind.To, LookSize, cancellationToken);
        try
        {
            return more is PageResult.Page { Content: var content } && await HasNewAsync(content, known, behind, cancellationToken);
        }
        finally
        {
            PageAsker.Discard(more);
        }
    }

    private bool IsFull => _offered > 0 && (_offered >= asker.Sizing.Size || _offered % Few == 0);

    // Of large events a few are enough.
    private int LookSize => _isSmall ? asker.Sizing.Size : Math.Min(asker.Sizing.Size, Few);

    private bool IsAskable =>
        context.Source is { AsksForWindow: true, Progress: ProgressKind.Window, Expand: null, Job: null, Snapshot: null, Timing.IsWithinDay: false } source
        && !source.Paging.Kind.KeepsPlace && (source.AsksForSize || _isSmall);

    private void Note(PlannedWindow planned, PageContent page, PageTaken.Sent sent)
    {
        if (!ReferenceEquals(_of, planned))
        {
            (_of, _offered, _oldestAt, _oldestOfAllAt, _ofAll) = (planned, 0, null, null, 0);
        }

        if (page.Cut.Offered > 0)
        {
            (_offered, _oldestAt, _isSmall) = (page.Cut.Offered, sent.Times.OldestAt, page.Bytes.Length < PageMemory.SmallPage);
            _oldestOfAllAt = _oldestOfAllAt < _oldestAt ? _oldestOfAllAt : _oldestAt ?? _oldestOfAllAt;
            _ofAll += _offered;
            _times = context.Source.Order == EventOrder.Unordered && IsFull ? TimesOf(page, planned.Window) : [];
        }
    }

    // What the order of the list says that no page reached. In no order it may be anything: most lists have one, though their template does not say so. Of others a
    // stretch shows it of which so little was seen that one page has room for all of that and more.
    private IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> BehindOf(PlannedWindow planned, WindowInProgress window)
    {
        var (from, to) = (planned.Window.FromAt, planned.Window.ToAt);
        return context.Source.Order switch
        {
            EventOrder.Descending when _oldestAt is { } oldest => [(from, oldest < to ? oldest : to)],
            EventOrder.Ascending when window.NewestAt is { } newest => [(newest, to)],
            EventOrder.Unordered when window.NewestAt is { } newest && _oldestOfAllAt is { } oldest => [(newest, to), (from, oldest < to ? oldest : to), Sample()],
            _ => [],
        };
    }

    // From the times of the last page, so that it lies where events are.
    private (DateTimeOffset From, DateTimeOffset To) Sample()
    {
        var last = (int)Math.Clamp((long)_times.Length * LookSize / (2 * _ofAll), 1, Math.Max(1, _times.Length - 1));
        return _times.Length < 2 ? default : (_times[0], _times[last]);
    }

    private DateTimeOffset[] TimesOf(PageContent page, WindowInProgress window)
    {
        var times = new List<DateTimeOffset>(page.Cut.Count);
        for (var at = 0; at < page.Cut.Count; at++)
        {
            if (context.Source.Reading.TryReadTime(page.Bytes.Span, page.Cut, at, out var time) && time >= window.FromAt && time < window.ToAt)
            {
                times.Add(time);
            }
        }

        times.Sort();
        return [.. times];
    }

    private async Task<bool> HasNewAsync(PageContent content, RecentIds known, (DateTimeOffset From, DateTimeOffset To) behind, CancellationToken cancellationToken)
    {
        using var events = FreshEvents.Of(content, context.Source.Reading, known, context.Now, cancellationToken);
        if (events.Count > 0)
        {
            await session.DropSeenAsync(events, cancellationToken);
        }

        // A vendor that ignores the bounds may give anything.
        return events.AnyWithin(behind.From, behind.To);
    }
}
