using AuditFunctions.Events;
using AuditFunctions.Http;

namespace AuditFunctions.Sources.Paging;

/// <summary>What a paging kind and a stop condition may look at.</summary>
/// <param name="Body">The page's bytes.</param>
/// <param name="Cut">What was found in it.</param>
/// <param name="Response">The answer, for its headers.</param>
/// <param name="Url">The URL that was asked for.</param>
/// <param name="Place">Where the page stands in its window.</param>
/// <param name="PageSize">How many events were asked for.</param>
public sealed record PageView(
    ReadOnlyMemory<byte> Body,
    CutPage Cut,
    HttpResponseMessage Response,
    Uri Url,
    PagePlace Place,
    int PageSize)
{
    private const int CommonPageSize = 50;

    /// <summary>The cursor that was asked with; null on the first page.</summary>
    public string? Cursor => Place.Cursor;

    /// <summary>What the vendor really gives at once, when that is less than is asked for; 0 when it is not known to be.</summary>
    public int MostGiven { get; init; }

    /// <summary>Measures how long a script takes.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Where its events lie in time.</summary>
    public PageTimes Times { get; init; } = PageTimes.None;

    /// <summary>The page by its event ids; 0 when it has none, or when the kind does not count.</summary>
    public ulong Print { get; init; }

    /// <summary>Whether it is an earlier page of the window again, though it was asked for as another one.</summary>
    public bool IsEarlierAgain { get; init; }

    /// <summary>Whether the cursor is kept and polled again, so that a window may end early without losing anything.</summary>
    public bool KeepsCursor { get; init; }

    /// <summary>Whether the request says how many events.</summary>
    public bool AsksForSize { get; init; }

    /// <summary>Whether the request says from when to when, so that a shorter window has fewer events.</summary>
    public bool AsksForWindow { get; init; }

    /// <summary>Whether a window that ends behind this page is gone on with from the newest event: it comes oldest first, and the request says from when on.</summary>
    public bool GoesOnFromNewest { get; init; }

    /// <summary>Query parameters that carry credentials: they are taken out of a link.</summary>
    public IReadOnlyList<string> CredentialParameters { get; init; } = [];

    /// <summary>Whether it holds as many events as the vendor gives at once: then nothing but the vendor's word says that it is the last.</summary>
    public bool IsFull => Cut.Offered > 0 && Cut.Offered >= (MostGiven > 0 ? Math.Min(MostGiven, PageSize) : PageSize);

    /// <summary>Whether it may be all that the vendor gives at once: vendors give 50, 100, 200 or 500 events, whatever is asked for.</summary>
    public bool IsAllAtOnce => Cut.Offered > 0 && (Cut.Offered >= PageSize || Cut.Offered % CommonPageSize == 0);

    /// <summary>Whether pages were counted before it, and it holds as many events as the longest of them.</summary>
    public bool IsAsLongAsBefore => Place.Largest > 0 && Cut.Offered >= Place.Largest;

    /// <summary>A page field as text; null when it is missing, null or an empty text.</summary>
    public string? FieldText(int field)
    {
        var slice = Cut.PageField(field);
        if (slice.Kind is JsonKind.Missing or JsonKind.Null)
        {
            return null;
        }

        var text = JsonText.Unescape(Body.Span, slice);
        return text.Length == 0 ? null : text;
    }

    /// <summary>Whether anything stands at a page field, be it null.</summary>
    public bool HasField(int field) => Cut.PageField(field).Kind != JsonKind.Missing;

    /// <summary>A response header's first value, or null.</summary>
    public string? Header(string name) => Response.FirstHeader(name);
}
