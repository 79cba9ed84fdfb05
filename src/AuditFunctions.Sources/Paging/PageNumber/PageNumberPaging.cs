using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Paging.PageNumber;

/// <summary>Pages are numbered. With a path the body names the next number, else it is one more.</summary>
/// <param name="first">The number of the first page, 0 or 1.</param>
/// <param name="pageField">Index among the page fields, or -1.</param>
/// <param name="path">Where the next number stands, or null.</param>
internal sealed class PageNumberPaging(int first, int pageField, string? path) : IPagingKind
{
    /// <summary>Its place in the catalog.</summary>
    public static PagingEntry Entry { get; } = new(
        "page",
        "`page` | `start` (0 or 1, default 1), `path` | The next number, one more or named by `path` in the body; it becomes `{page}`.",
        (reader, fields, _) => new PageNumberPaging(reader.Integer("start", 0, 1) ?? 1, fields.AddOptional(reader, "path"), reader.Text("path")));

    /// <inheritdoc/>
    public string? Placeholder => RunPlaceholders.Page;

    /// <inheritdoc/>
    public bool Counts => true;

    /// <inheritdoc/>
    public bool CountsPages => true;

    /// <inheritdoc/>
    public bool FixesPageSize => true;

    /// <inheritdoc/>
    public string? NextPath => path;

    /// <inheritdoc/>
    public bool HasNext(PageView page) => pageField >= 0 && page.HasField(pageField);

    /// <inheritdoc/>
    public string? NextCursor(PageView page)
    {
        if (pageField >= 0)
        {
            // Terraform Cloud ends with null or 0.
            return page.FieldText(pageField) is { } named && named != "0" ? named : null;
        }

        return CursorNumber.Text(NumberOf(page.Cursor) + 1);
    }

    /// <inheritdoc/>
    public long? Position(string? cursor) => NumberOf(cursor);

    private long NumberOf(string? cursor) => cursor is null ? first : CursorNumber.Of(cursor);
}
