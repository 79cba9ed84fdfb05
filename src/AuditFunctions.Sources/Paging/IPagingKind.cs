namespace AuditFunctions.Sources.Paging;

/// <summary>
/// A way to find the next page. Immutable: all that it knows between pages is the cursor. A folder per kind; what others need to know of
/// a kind is said here.
/// </summary>
public interface IPagingKind
{
    /// <summary>The cursor after a page: opaque to everybody else; null when the vendor names none.</summary>
    string? NextCursor(PageView page);

    /// <summary>The placeholder that carries the next page's place into its request; null when none does.</summary>
    string? Placeholder => null;

    /// <summary>The names of the values of a cursor that has several; empty for a cursor that is one value.</summary>
    IReadOnlyList<string> CursorParts => [];

    /// <summary>Whether a cursor is the next page's URL, to be asked for as it is.</summary>
    bool CursorIsUrl => false;

    /// <summary>
    /// Where a page names the next one, for messages: a path or a header; null when the kind finds it elsewhere, so that nothing there is no
    /// reason for doubt.
    /// </summary>
    string? NextPath => null;

    /// <summary>Whether there is a way to a next page at all.</summary>
    bool HasPages => true;

    /// <summary>Whether a vendor may say nothing at all on the last page, also when that page is full.</summary>
    bool IsSilentOnLastPage => false;

    /// <summary>Whether a page says something about the next one, or that there is none.</summary>
    bool HasNext(PageView page) => false;

    /// <summary>Whether the kind counts pages or events: it then goes on by itself, and its cursor carries a <see cref="PagePlace"/>.</summary>
    bool Counts => false;

    /// <summary>Whether what it counts is pages.</summary>
    bool CountsPages => false;

    /// <summary>
    /// Whether the page size must stay the same within a window: pages that are counted would start elsewhere, and a vendor's link says
    /// itself how large the next page is.
    /// </summary>
    bool FixesPageSize => CursorIsUrl;

    /// <summary>Whether the page's last event names the next page, so that a page without a readable event names none.</summary>
    bool NextIsInLastEvent => false;

    /// <summary>Whether the kind would leave events out unless they come oldest first (true), newest first (false); null when any order will do.</summary>
    bool? NeedsOldestFirst => null;

    /// <summary>The window to ask for: narrowed to what is left of it where the kind pages by time.</summary>
    /// <exception cref="Requests.RequestException">The cursor is not an instant, where it must be one.</exception>
    (DateTimeOffset From, DateTimeOffset To) WindowOf(string? cursor, DateTimeOffset from, DateTimeOffset to) => (from, to);

    /// <summary>
    /// Whether the vendor keeps the position and moves it with each answer: the next answer may be asked for only when the one before is kept, and one that
    /// was not kept must be asked for again.
    /// </summary>
    bool KeepsPlace => false;

    /// <summary>The cursor to keep while the answer to it is asked for: with it, the same answer is asked for again.</summary>
    string? CursorAsked(string? cursor) => cursor;

    /// <summary>What <c>{cursor}</c> stands for.</summary>
    string? TextOf(string? cursor) => cursor;

    /// <summary>What comes after an answer, whatever it was: after one that was asked for again there is always more to ask for.</summary>
    PageEnd EndOf(string? cursor, PageEnd end) => end;

    /// <summary>How long the vendor asks to wait before the next page; null when it does not say.</summary>
    TimeSpan? WaitOf(PageView page) => null;

    /// <summary>Why a page without a next one may not be the last; null when nothing speaks against it.</summary>
    string? DoubtOf(PageView page) => null;

    /// <summary>The number for <c>{page}</c> or <c>{offset}</c> that a cursor stands for; null when the kind does not count.</summary>
    /// <exception cref="Requests.RequestException">The cursor is not a number.</exception>
    long? Position(string? cursor) => null;
}
