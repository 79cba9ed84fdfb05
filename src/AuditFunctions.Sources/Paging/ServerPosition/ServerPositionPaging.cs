using System.Globalization;
using AuditFunctions.Configuration;
using AuditFunctions.Http;

namespace AuditFunctions.Sources.Paging.ServerPosition;

/// <summary>
/// The vendor keeps the position and moves it with each answer. A cursor is the number of the next answer; behind the number of one that was asked for and is
/// not known to be kept stands a mark, with which the vendor is asked for its last answer again.
/// </summary>
/// <param name="next">What <c>{cursor}</c> says to move on.</param>
/// <param name="again">What it says to have the last answer again.</param>
/// <param name="waitField">Index among the page fields of the seconds to wait; or -1.</param>
internal sealed class ServerPositionPaging(string next, string again, int waitField) : IPagingKind
{
    private const char Asked = '?';
    private const int MostSeconds = 24 * 60 * 60;

    // The window must not end with an answer that was asked for again: what the vendor said then may be over.
    private const int MostSecondsAgain = 5;

    /// <summary>Its place in the catalog.</summary>
    public static PagingEntry Entry { get; } = new(
        "server-position",
        "`server-position` | `next`, `again`; `wait` (path) | The vendor keeps the position: `{cursor}` is the text `next`, or `again` for its last answer once more. "
        + "See [server-position](#server-position).",
        (reader, fields, _) => new ServerPositionPaging(reader.Required("next"), reader.Required("again"), fields.AddOptional(reader, "wait")));

    /// <inheritdoc/>
    public string? Placeholder => RunPlaceholders.Cursor;

    /// <inheritdoc/>
    public bool KeepsPlace => true;

    /// <inheritdoc/>
    public string? NextCursor(PageView page) => After(page.Cursor);

    /// <inheritdoc/>
    public string? CursorAsked(string? cursor) => cursor is null || IsAgain(cursor) ? cursor : cursor + Asked;

    /// <inheritdoc/>
    public string? TextOf(string? cursor) => cursor is null ? null : IsAgain(cursor) ? again : next;

    /// <inheritdoc/>
    public PageEnd EndOf(string? cursor, PageEnd end) => IsAgain(cursor) ? end with { Cursor = After(cursor), IsLast = false } : end;

    /// <inheritdoc/>
    public TimeSpan? WaitOf(PageView page) =>
        waitField >= 0 && page.FieldText(waitField) is { } text && RetryAfter.TryNumber(text, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(Math.Min(seconds, IsAgain(page.Cursor) ? MostSecondsAgain : MostSeconds))
            : null;

    private static bool IsAgain(string? cursor) => cursor?.EndsWith(Asked) == true;

    private static string After(string? cursor) =>
        long.TryParse(cursor?.TrimEnd(Asked), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < long.MaxValue
            ? (number + 1).ToString(CultureInfo.InvariantCulture)
            : "1";
}
