using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Paging.Offset;

/// <summary>The next page starts after the events read so far.</summary>
/// <param name="first">The offset of the first page, 0 or 1.</param>
internal sealed class OffsetPaging(int first) : IPagingKind
{
    /// <summary>Its place in the catalog.</summary>
    public static PagingEntry Entry { get; } = new(
        "offset",
        "`offset` | `start` (0 or 1, default 0) | As many events further on; it becomes `{offset}`.",
        (reader, _, _) => new OffsetPaging(reader.Integer("start", 0, 1) ?? 0));

    /// <inheritdoc/>
    public string? Placeholder => RunPlaceholders.Offset;

    /// <inheritdoc/>
    public bool Counts => true;

    /// <inheritdoc/>
    public string? NextCursor(PageView page) =>
        page.Cut.Offered == 0 ? null : CursorNumber.Text(OffsetOf(page.Cursor) + page.Cut.Offered);

    /// <inheritdoc/>
    public long? Position(string? cursor) => OffsetOf(cursor);

    private long OffsetOf(string? cursor) => cursor is null ? first : CursorNumber.Of(cursor);
}
