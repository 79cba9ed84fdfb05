using AuditFunctions.Events;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Counts the pages in a row that bring nothing, so that a vendor that goes on naming a next page is noticed.</summary>
internal sealed class PagesWithoutNewEvents
{
    /// <summary>So many pages that hold nothing, or the same as an earlier one of the run, are no overlap being read again.</summary>
    public const int Many = 20;

    private readonly HashSet<EventKey> _firstKeys = [];
    private int _inARow;

    /// <summary>Whether there were too many.</summary>
    public bool AreEndless => _inARow >= Many;

    /// <summary>Whether the last page brought nothing, and begins with the same event as an earlier one of the run.</summary>
    public bool IsRepeated { get; private set; }

    /// <summary>Notes a page. An overlap or a tier that is read again brings pages of known events, but each page another one.</summary>
    /// <param name="firstKey">The page's first event.</param>
    /// <param name="fresh">How many of its events are new.</param>
    public void Note(EventKey? firstKey, int fresh)
    {
        var isOther = firstKey is { } first && _firstKeys.Add(first);
        IsRepeated = fresh == 0 && firstKey is not null && !isOther;
        _inARow = fresh > 0 || isOther ? 0 : _inARow + 1;
    }
}
