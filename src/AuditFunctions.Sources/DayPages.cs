using System.Globalization;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;

namespace AuditFunctions.Sources;

/// <summary>
/// A vendor whose requests must not cross midnight (UTC): a window is read one day after the other. Stored cursors are <c>day~cursor</c>, the day as
/// <c>20260131</c>.
/// </summary>
internal static class DayPages
{
    private const string Format = "yyyyMMdd";
    private const char Separator = '~';

    private static readonly TimeSpan Smallest = TimeSpan.FromMilliseconds(1);

    /// <summary>Asks for one page of one day of the window.</summary>
    /// <param name="source">The source.</param>
    /// <param name="query">The page of the whole window.</param>
    /// <param name="ask">Asks for a page of a window within one day.</param>
    public static async Task<PageResult> AskAsync(SourceDefinition source, PageQuery query, Func<PageQuery, Task<PageResult>> ask)
    {
        if (!TryRead(query, out var day, out var cursor))
        {
            return new PageResult.Refused(0, "the cursor that was kept names no day: the template asks day by day now.", IsOfCursor: true);
        }

        var next = day.AddDays(1);
        var granularity = source.Timing.Granularity > Smallest ? source.Timing.Granularity : Smallest;
        var last = query.To < next ? query.To : next - granularity;
        var result = await ask(query with { From = query.From > day ? query.From : day, To = last, Cursor = cursor });
        return result is not PageResult.Page page ? result
            : !page.End.IsLast ? page with { End = Place(day, page.End.Cursor) with { Wait = page.End.Wait } }
            : next < query.To ? page with { End = Place(next, null) with { FullPage = page.End.FullPage } }
            : page;
    }

    private static PageEnd Place(DateTimeOffset day, string? cursor) =>
        new(day.ToString(Format, CultureInfo.InvariantCulture) + Separator + cursor, IsLast: false);

    private static bool TryRead(PageQuery query, out DateTimeOffset day, out string? cursor)
    {
        (day, cursor) = (new DateTimeOffset(query.From.UtcDateTime.Date, TimeSpan.Zero), null);
        if (query.Cursor is null)
        {
            return true;
        }

        var at = query.Cursor.IndexOf(Separator, StringComparison.Ordinal);
        cursor = at >= 0 && at + 1 < query.Cursor.Length ? query.Cursor[(at + 1)..] : null;
        return at == Format.Length
            && DateTimeOffset.TryParseExact(query.Cursor[..at], Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out day);
    }
}
