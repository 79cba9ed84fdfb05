using System.Globalization;
using AuditFunctions.Events;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Paging;

/// <summary>One response per window.</summary>
public sealed class NoPaging : IPagingKind
{
    /// <inheritdoc/>
    public bool CursorIsUrl => false;

    /// <inheritdoc/>
    public string? NextCursor(PageView page) => null;

    /// <inheritdoc/>
    public long? Position(string? cursor) => null;
}

/// <summary>A token in the body or in a response header goes into the next request as <c>{cursor}</c>.</summary>
/// <param name="pageField">Index among the page fields, or -1 when the token stands in a header.</param>
/// <param name="header">The response header.</param>
/// <param name="join">What stands between the parts of a token that is an array (Duo joins them with a comma).</param>
public sealed class CursorPaging(int pageField, string? header, string? join) : IPagingKind
{
    /// <inheritdoc/>
    public bool CursorIsUrl => false;

    /// <inheritdoc/>
    public string? NextCursor(PageView page)
    {
        if (header is not null)
        {
            return page.Header(header);
        }

        var text = page.FieldText(pageField);
        if (text is null || join is null || page.Cut.PageField(pageField).Kind != JsonKind.Array)
        {
            return text;
        }

        using var parts = System.Text.Json.JsonDocument.Parse(text);
        return string.Join(join, parts.RootElement.EnumerateArray().Select(part => part.ToString()));
    }

    /// <inheritdoc/>
    public long? Position(string? cursor) => null;
}

/// <summary>The body, or a response header, names the next page's URL or path.</summary>
/// <param name="pageField">Index among the page fields, or -1 when the URL stands in a header.</param>
/// <param name="header">The response header.</param>
public sealed class NextUrlPaging(int pageField, string? header) : IPagingKind
{
    /// <inheritdoc/>
    public bool CursorIsUrl => true;

    /// <inheritdoc/>
    public string? NextCursor(PageView page) => header is null ? page.FieldText(pageField) : page.Header(header);

    /// <inheritdoc/>
    public long? Position(string? cursor) => null;
}

/// <summary>Pages are numbered. With a path the body names the next number, else it is one more.</summary>
/// <param name="first">The number of the first page.</param>
/// <param name="pageField">Index among the page fields, or -1.</param>
public sealed class PageNumberPaging(int first, int pageField) : IPagingKind
{
    /// <summary>The number of the first page.</summary>
    public int First { get; } = first;

    /// <inheritdoc/>
    public bool CursorIsUrl => false;

    /// <inheritdoc/>
    public string? NextCursor(PageView page)
    {
        if (pageField >= 0)
        {
            // Terraform Cloud ends with null or 0.
            return page.FieldText(pageField) is { } named && named != "0" ? named : null;
        }

        return (Position(page.Cursor)!.Value + 1).ToString(CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public long? Position(string? cursor) => cursor is null ? First : Count.Of(cursor);
}

/// <summary>The next page starts after the events read so far.</summary>
/// <param name="first">The offset of the first page, 0 or 1.</param>
public sealed class OffsetPaging(int first) : IPagingKind
{
    /// <inheritdoc/>
    public bool CursorIsUrl => false;

    /// <inheritdoc/>
    public string? NextCursor(PageView page) =>
        page.Cut.Offered == 0 ? null : (Position(page.Cursor)!.Value + page.Cut.Offered).ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public long? Position(string? cursor) => cursor is null ? first : Count.Of(cursor);
}

/// <summary>A field of the page's last event goes into the next request as <c>{cursor}</c> (Stripe's <c>starting_after</c>).</summary>
/// <param name="pageField">Index among the page fields of the last event's field.</param>
public sealed class LastEventPaging(int pageField) : IPagingKind
{
    /// <inheritdoc/>
    public bool CursorIsUrl => false;

    /// <inheritdoc/>
    public string? NextCursor(PageView page) => page.FieldText(pageField);

    /// <inheritdoc/>
    public long? Position(string? cursor) => null;
}

/// <summary>Reads the cursor of a kind that counts: the vendor may name anything, and a checkpoint may be older than the row's paging.</summary>
file static class Count
{
    /// <exception cref="RequestException">It is no number.</exception>
    public static long Of(string cursor) =>
        long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : throw new RequestException("the next page's number is none; check paging.path.", isOfCursor: true);
}
