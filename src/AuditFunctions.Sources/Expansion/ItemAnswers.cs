using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;

namespace AuditFunctions.Sources.Expansion;

/// <summary>What the answers of a page are asked for with.</summary>
internal sealed class ItemAnswers(SourceDefinition source, ExpandDefinition expand, ItemList list, PageQuery query, bool waits)
{
    /// <summary>The source whose only page is the answer for an item.</summary>
    public SourceDefinition Source => source;

    /// <summary>The source whose only page is the link to an item's answer; null where the item is asked for its answer itself.</summary>
    public SourceDefinition? Links { get; init; }

    /// <summary>How items are asked for.</summary>
    public ExpandDefinition Expand => expand;

    /// <summary>The items.</summary>
    public ItemList List => list;

    /// <summary>What the page is asked for with.</summary>
    public PageQuery Query => query;

    /// <summary>Whether a request was made just before, so that the next one waits where the vendor wants that.</summary>
    public bool Waits { get; set; } = waits;

    /// <summary>The first item that is not on the page.</summary>
    public int Next { get; set; }

    /// <summary>The item whose answer was read in part, and the cursor of its next page.</summary>
    public (int Item, string? Cursor, int Pages) Inside { get; init; }

    /// <summary>The cursor of the page of an item's answer that is asked for; null for its first.</summary>
    public string? CursorOf(int item) => item == Inside.Item ? Inside.Cursor : null;

    /// <summary>Where to go on behind a page of an item's answer.</summary>
    /// <param name="item">The item.</param>
    /// <param name="end">What its page says of the next one.</param>
    /// <param name="failure">Why there is no going on; null when there is.</param>
    public PageEnd EndOf(int item, PageEnd end, out PageResult.Failed? failure)
    {
        failure = null;
        if (end.IsLast || end.Cursor is not { } next)
        {
            return list.EndBefore(item + 1);
        }

        var pages = CursorOf(item) is null ? 1 : Inside.Pages + 1;
        failure = pages >= ExpandDefinition.MaxItemPages
            ? new PageResult.Failed(0, $"its answer has more than {ExpandDefinition.MaxItemPages:N0} pages; it is not read further")
            : null;
        return list.EndInside(item, next, pages);
    }

    /// <summary>What an item is asked for with.</summary>
    public PageQuery QueryFor(int item, MemoryTurn turn) =>
        query with { Cursor = CursorOf(item), PageSize = null, MostGiven = 0, Item = list[item].Values, Turn = turn };

    /// <summary>Whether a refusal is of the cursor of an item's next page, not of the item.</summary>
    public bool IsOfCursor(int item, PageResult.Refused refused) =>
        CursorOf(item) is not null && (refused.StatusCode is 400 or 404 or 410 or 422 || refused is { StatusCode: 0, IsOfCursor: true });

    /// <summary>The failure of an answer that is empty where the definition does not say that this may be; null for any other answer.</summary>
    public PageResult.Failed? EmptyOf(PageContent content) =>
        content.Status == 0 || !IsBlank(content) || source.Reading.EventsAreOptional || source.Reading.Plan.Format == PageFormat.JsonLines
            ? null
            : new PageResult.Failed(0, "the answer is empty; if this vendor answers so when there are no events, say so with 'events.optional: true'");

    /// <summary>What failed for an item, as the result of the page.</summary>
    public PageResult OfItem(PageResult result, int at)
    {
        var where = $"item {at + 1} of {list.Count} of a page of the list: ";
        switch (result)
        {
            case PageResult.Refused refused:
                return refused with { Reason = where + refused.Reason, IsOfItem = true };
            case PageResult.Failed failed:
                var isChanged = expand.Added.Count > 0 || expand.NumberedAs is not null;
                if (isChanged)
                {
                    // Its events would go on without what is added to them.
                    failed.Broken?.Dispose();
                }

                return failed with { Reason = where + failed.Reason, IsOfItem = true, FullPage = null, Broken = isChanged ? null : failed.Broken };
            default:
                return result;
        }
    }

    private static bool IsBlank(PageContent content)
    {
        var text = content.Cut.Offered == 0 ? content.Bytes.Span.Trim(" \r\n\t"u8) : "-"u8;
        return text.Length == 0 || text.SequenceEqual("null"u8) || text.SequenceEqual("{}"u8);
    }
}
