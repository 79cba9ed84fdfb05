using System.Globalization;

namespace AuditFunctions.Sandbox;

/// <summary>A way to go from page to page: reads the place out of a request, and writes the next one into the answer.</summary>
/// <param name="Name">Last part of the path.</param>
/// <param name="NeedsBody">True when the next place is a member of the body.</param>
/// <param name="Read">Puts the place that the request asks for into the query; null when there is none such.</param>
/// <param name="WriteNext">Adds where to go on, when there is somewhere.</param>
internal sealed record GenericPaging(
    string Name,
    bool NeedsBody,
    Func<VendorRequest, EventQuery, EventQuery?> Read,
    Action<VendorRequest, EventPage, Answer> WriteNext)
{
    /// <summary>Adds where to go on, and for counted pages how many events there are.</summary>
    public void Write(VendorRequest request, EventQuery query, EventPage page, bool hasNext, Answer answer, bool isObject)
    {
        if (hasNext)
        {
            WriteNext(request, page, answer);
        }

        var isCounted = Name is GenericPagings.Page or GenericPagings.Offset;
        if (isCounted && isObject && request.Options.Generic.Stop == VendorStop.NoCursor)
        {
            answer.Body.WriteText($",\"total\":{request.Log.CountOf(query.From, query.To).ToString(CultureInfo.InvariantCulture)}");
        }
    }
}

/// <summary>The catalog of the generic endpoint's ways of paging.</summary>
internal static class GenericPagings
{
    /// <summary>Name of paging by page number, from 1.</summary>
    public const string Page = "page";

    /// <summary>Name of paging by number of events before.</summary>
    public const string Offset = "offset";

    private const string CursorHeader = "X-Next-Cursor";

    /// <summary>All of them.</summary>
    public static readonly GenericPaging[] All =
    [
        new("link", NeedsBody: false, AfterCursor, (r, p, a) => a.With("Link", $"<{r.UrlWith("cursor", Cursor(r, p))}>; rel=\"next\"")),
        new("cursor-body", NeedsBody: true, AfterCursor, (r, p, a) => a.Body.WriteText($",\"next_cursor\":\"{Cursor(r, p)}\"")),
        new("next-url-body", NeedsBody: true, AfterCursor,
            (r, p, a) => a.Body.WriteText($",\"next\":\"{r.UrlWith("cursor", Cursor(r, p))}\"")),
        new("cursor-header", NeedsBody: false, AfterCursor, (r, p, a) => a.With(CursorHeader, Cursor(r, p))),
        new(Page, NeedsBody: false, (r, q) => r.Number("page", 1) is { } n and > 0 ? q with { Skip = (n - 1) * q.Limit } : null, Nothing),
        new(Offset, NeedsBody: false, (r, q) => r.Number("offset", 0) is { } n ? q with { Skip = n } : null, Nothing),
        new("none", NeedsBody: false, (_, q) => q with { Limit = int.MaxValue }, Nothing),
    ];

    private static EventQuery? AfterCursor(VendorRequest request, EventQuery query) => request.Query("cursor") switch
    {
        null or "" => query,
        var cursor => request.PlaceOf(cursor) is { } place ? query with { After = place } : null,
    };

    private static string Cursor(VendorRequest request, EventPage page) => request.CursorOf(page.Last ?? new EventPlace(0, 0));

    private static void Nothing(VendorRequest request, EventPage page, Answer answer)
    {
        // The client counts by itself.
    }
}
