using System.Globalization;
using System.Text;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;

namespace AuditFunctions.Sources.Expansion;

/// <summary>
/// Makes a page of the answers for some items, one after the other. Small ones are put together, so that a detail per item costs no batch per event; a
/// large one is a page of its own. Which ones stand together depends on nothing but the items and their answers.
/// </summary>
/// <param name="expand">How items become requests.</param>
/// <param name="cancellationToken">Ends the making of the page.</param>
internal sealed class AnswersPage(ExpandDefinition expand, CancellationToken cancellationToken) : IDisposable
{
    /// <summary>A page is full when its events have so many bytes; a larger answer is a page of its own.</summary>
    public const int FullBytes = 256 * 1024;

    private readonly List<DateTimeOffset?> _times = [];
    private readonly List<DateTimeOffset?> _ofEvents = [];
    private readonly List<DateTimeOffset?> _scripted = [];
    private readonly List<string> _gone = [];
    private readonly byte[]? _number = expand.NumberedAs is { } member ? MemberName.Of(member) : null;
    private PooledBytes? _events;

    /// <summary>Whether it holds nothing yet, not even an item that is gone.</summary>
    public bool IsEmpty => _events is null && _times.Count == 0;

    /// <summary>Whether it holds no events.</summary>
    public bool HasNoEvents => _events is null;

    /// <summary>Whether no more belongs into it.</summary>
    public bool IsFull => _events?.Length >= FullBytes;

    /// <summary>Whether an answer must be a page of its own.</summary>
    public static bool IsAlone(PageContent answer) => answer.Cut.Quarantined.Count > 0 || answer.Bytes.Length > FullBytes;

    /// <summary>An item is gone.</summary>
    public void Gone(ListItem item, string reason)
    {
        _times.Add(item.Time);
        _gone.Add(reason);
    }

    /// <summary>Puts the events of a small answer behind the others.</summary>
    /// <returns>Null when done, else what is wrong with one of them.</returns>
    public string? Add(PageContent answer, ListItem item)
    {
        var isFirst = _events is null || _events.Length == 0;
        var events = _events ?? new PooledBytes();
        var before = events.Length;
        if (Write(answer, item, events, isFirst) is { } wrong)
        {
            events.Truncate(before);
            if (_events is null)
            {
                events.Dispose();
            }

            return wrong;
        }

        (_events, _) = (answer.Cut.Count > 0 ? events : _events, answer.Cut.Count);
        if (_events is null)
        {
            events.Dispose();
        }

        _times.Add(item.Time);
        _ofEvents.AddRange(Enumerable.Repeat(item.Time, answer.Cut.Count));
        _scripted.AddRange(answer.Cut.Times ?? []);
        return null;
    }

    /// <summary>The page of what was put together.</summary>
    public PageResult ToPage(PageEnd end)
    {
        var events = _events ?? new PooledBytes();
        _events = null;
        if (events.Length > 0)
        {
            events.Write("]"u8);
        }

        var page = new PageContent(events, new CutPage()) { Listed = Listed() };
        return events.Length > 0 && Cut(page) is { } wrong ? Failed(page, wrong) : new PageResult.Page(page, end);
    }

    /// <summary>The page of an answer that stands alone, behind items that are gone.</summary>
    public PageResult ToPage(PageContent answer, ListItem item, PageEnd end)
    {
        _times.Add(item.Time);
        _ofEvents.AddRange(Enumerable.Repeat(item.Time, answer.Cut.Count));
        _scripted.AddRange(answer.Cut.Times ?? []);
        if (expand.Added.Count == 0 && _number is null)
        {
            answer.Listed = Listed();
            return new PageResult.Page(answer, end);
        }

        var events = new PooledBytes();
        var page = new PageContent(events, new CutPage()) { Listed = Listed(), Share = answer.Share };
        var wrong = Write(answer, item, events, isFirst: true);
        page.Cut.Quarantined = [.. answer.Cut.Quarantined.Select(bad => new BadEvent(bad.Bytes.ToArray(), bad.Reason))];
        answer.DisposeBytes();
        events.Write(events.Length > 0 ? "]"u8 : []);
        wrong ??= events.Length > 0 ? Cut(page) : null;
        return wrong is not null ? Failed(page, wrong) : new PageResult.Page(page, end);
    }

    /// <inheritdoc/>
    public void Dispose() => _events?.Dispose();

    private static PageResult.Failed Failed(PageContent page, string why)
    {
        page.Dispose();
        return new PageResult.Failed(0, why);
    }

    private ListedItems Listed() => new(expand.List.TimeField >= 0 ? _times : [], _gone) { OfEvents = expand.List.TimeField >= 0 ? _ofEvents : [] };

    private string? Cut(PageContent page)
    {
        var setAside = page.Cut.Quarantined;
        if (PageCutter.Cut(page.Bytes.Span, expand.Together, page.Cut, cancellationToken) is { } error)
        {
            return $"the events of some answers cannot be put together: at byte {error.Offset}, {error.Message}";
        }

        page.Cut.Quarantined = setAside;
        page.Cut.Times = _scripted.Count > 0 ? _scripted : null;
        return page.Cut.TooLong.Count > 0 ? "an event is too long with what 'expand.add' adds to it" : null;
    }

    private string? Write(PageContent answer, ListItem item, PooledBytes into, bool isFirst)
    {
        var page = answer.Bytes.Span;
        for (var at = 0; at < answer.Cut.Count; at++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (into.Length > (answer.Share?.MostBytes ?? 2 * FullBytes) + FullBytes)
            {
                return "the answer is too large with what 'expand.add' adds to it";
            }

            var slice = answer.Cut[at];
            into.Write(isFirst && at == 0 ? "["u8 : ","u8);
            if (WriteEvent(page.Slice(slice.Start, slice.Length), item, at + 1, into) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private string? WriteEvent(ReadOnlySpan<byte> one, ListItem item, int number, PooledBytes into)
    {
        if (expand.Added.Count == 0 && _number is null)
        {
            into.Write(one);
            return null;
        }

        if (one[0] != '{')
        {
            return "an event is no object, so that nothing can be added to it; take 'expand.add' and 'expand.number' away";
        }

        into.Write("{"u8);
        into.Write(item.Added);
        if (_number is not null)
        {
            into.Write(item.Added.Length > 0 ? ","u8 : []);
            into.Write(_number);
            into.Write(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
        }

        var rest = one[1..].TrimStart(" \t\r\n"u8);
        into.Write(rest[0] == '}' ? [] : ","u8);
        into.Write(rest);
        return null;
    }
}
