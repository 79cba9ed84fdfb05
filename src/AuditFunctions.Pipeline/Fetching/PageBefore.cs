using System.Globalization;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// What a vendor that is asked for page 1 first, or for what stands at 1, has at 0: if that is something else, it counts from 0, and what stands there would never
/// be asked for. Asked for before the first page, as long as a source has brought nothing.
/// </summary>
internal sealed class PageBefore
{
    private readonly SourceDefinition _source;
    private readonly PageKeys _before;
    private readonly EventSpan? _times;

    private PageBefore(SourceDefinition source, PageKeys before, EventSpan? times) => (_source, _before, _times) = (source, before, times);

    /// <summary>Asks for it.</summary>
    /// <param name="source">The source.</param>
    /// <param name="first">The first page.</param>
    /// <param name="ask">Asks for a page.</param>
    /// <returns>Null where the template starts at 0 or does not count, and where the vendor has nothing there.</returns>
    public static async Task<PageBefore?> AskAsync(SourceDefinition source, PageQuery first, Func<PageQuery, Task<PageResult>> ask)
    {
        if (first.Cursor is not null || source.Paging.Kind.Position(null) is not > 0 || source is not { Expand: null, Job: null, Timing.IsWithinDay: false })
        {
            return null;
        }

        // A vendor that refuses the number, or fails at it, does not count from 0.
        var result = await ask(first with { Cursor = "0" });
        var content = (result as PageResult.Page)?.Content;
        var (before, times) = content is null ? (null, null) : (new PageKeys(content, source.Reading), EventSpan.Of(content, source.Reading));
        PageAsker.Discard(result);
        return before?.First is null ? null : new PageBefore(source, before, times);
    }

    /// <summary>
    /// Why the first page may not be the vendor's first; null when both are the same one, or overlap as pages do between which events were published: then what was
    /// the first event stands on it still.
    /// </summary>
    public string? DoubtOf(PageContent first)
    {
        var (keys, kind) = (new PageKeys(first, _source.Reading).Keys, _source.Paging.Kind);
        return (kind.CountsPages ? keys.Overlaps(_before.Keys) : keys.Contains(_before.First!.Value)) || (kind.CountsPages && IsBehind(first))
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"the vendor gives other events at {{{kind.Placeholder}}} = 0 than at 1, where the template starts: it seems to count from 0, and those would never be read; set 'paging.start' to 0");
    }

    // Some count from 1 and give their last page for 0. It lies behind the first one then, in the order of the list, and is read in its turn.
    private bool IsBehind(PageContent first)
    {
        if (_times is not { } before || EventSpan.Of(first, _source.Reading) is not { } times)
        {
            return false;
        }

        return (_source.Order == EventOrder.Unordered ? times.Order : _source.Order) switch
        {
            EventOrder.Ascending => before.OldestAt >= times.NewestAt && before.NewestAt > times.OldestAt,
            EventOrder.Descending => before.NewestAt <= times.OldestAt && before.OldestAt < times.NewestAt,
            _ => false,
        };
    }
}
