using System.Text;
using AuditFunctions.Events;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching.Model;

/// <summary>A vendor in a few lines: its pages are real pages, cut and read by the code under test.</summary>
internal sealed class ModelVendor(History history, ManualTime clock, DateTimeOffset start) : IPageSource
{
    private readonly Habits _habits = history.Habits;
    private int _page;

    /// <summary>The poll that is under way.</summary>
    public PollStep? Step { get; private set; }

    /// <summary>Cursors of another generation have expired.</summary>
    public int Generation { get; private set; }

    /// <summary>How many events can be seen: while it stays the same, so do the pages.</summary>
    public int Visible => history.Events.Count(IsVisible);

    public DateTimeOffset TimeOf(int halves) => start.AddSeconds(halves * 0.5);

    public void Begin(PollStep? step)
    {
        Step = step;
        Generation += step?.Expires == true ? 1 : 0;
        _page = 0;
    }

    public Task<PageResult> GetPageAsync(SourceDefinition source, PageQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        clock.Advance(TimeSpan.FromSeconds((Step?.PageTime ?? 0) * 0.5));
        return Task.FromResult(_page++ == Step?.FailAt ? new PageResult.Failed(500, "a fault") : PageOf(source, query));
    }

    private PageResult PageOf(SourceDefinition source, PageQuery query)
    {
        var byCursor = source.Progress == ProgressKind.Cursor;
        var place = 0L;
        var since = Grains(query.From);
        if (query.Cursor is { } cursor)
        {
            var parts = cursor.Split('.');
            if (parts[0] != $"{Generation}")
            {
                return new PageResult.Refused(400, "the cursor has expired");
            }

            place = long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
            since = byCursor ? long.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture) : since;
        }

        var listed = history.Events.Where(IsVisible).Where(e => IsIn(e, since, Grains(query.To), byCursor)).Select(e => (Key: KeyOf(e), Event: e)).OrderBy(e => e.Key).ToArray();
        var rest = _habits.ByOffset ? listed.Skip((int)place).ToArray() : query.Cursor is null ? listed : [.. listed.Where(e => e.Key > place)];
        var page = rest.Take(_habits.PageSize).ToArray();
        var next = _habits.ByOffset ? place + page.Length : page.Length > 0 ? page[^1].Key : place;
        var isLast = rest.Length <= _habits.PageSize;
        return new PageResult.Page(Content(source, page.Select(e => e.Event)), new PageEnd(isLast && !byCursor ? null : $"{Generation}.{next}.{since}", isLast));
    }

    private bool IsVisible(ModelEvent e) => TimeOf(e.PublishedAt) <= clock.GetUtcNow();

    // With progress by cursor, a cursor keeps the start of the window that it comes from, and there is no end.
    private bool IsIn(ModelEvent e, long from, long to, bool byCursor)
    {
        var at = Grains(TimeOf(e.At));
        return (at > from || (at == from && _habits.FromInclusive)) && (byCursor || at < to || (at == to && _habits.ToInclusive));
    }

    private long Grains(DateTimeOffset at) => at.UtcTicks / _habits.GrainTime.Ticks;

    // Distinct for each event, so that a page can go on behind any of them.
    private long KeyOf(ModelEvent e) => _habits.Progress == ProgressKind.Cursor ? ((e.PublishedAt + 1_000_000L) * 1_000) + e.Number : _habits.Order switch
    {
        EventOrder.Ascending => ((e.At + 1_000_000L) * 1_000) + e.Number,
        EventOrder.Descending => ((1_000_000L - e.At) * 1_000) + e.Number,
        _ => ((uint)(e.Number * 2_654_435_761U) >> 8) * 1_000L + e.Number,
    };

    private PageContent Content(SourceDefinition source, IEnumerable<ModelEvent> events)
    {
        var text = new StringBuilder("[");
        foreach (var e in events)
        {
            text.Append(text.Length > 1 ? "," : "").Append(System.Globalization.CultureInfo.InvariantCulture, $$"""{"id":"e{{e.Number}}","time":"{{TimeOf(e.At).UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}}"}""");
        }

        var bytes = new PooledBytes();
        bytes.Write(Encoding.ASCII.GetBytes(text.Append(']').ToString()));
        var cut = new CutPage();
        Assert.Null(PageCutter.Cut(bytes.WrittenSpan, source.Reading.Plan, cut));
        return new PageContent(bytes, cut);
    }
}
