namespace AuditFunctions.Sources.Paging.NextUrl;

/// <summary>The body, or a response header, names the next page's URL or path.</summary>
/// <param name="location">Where it stands.</param>
internal sealed class NextUrlPaging(NextLocation location) : IPagingKind
{
    /// <summary>Its place in the catalog.</summary>
    public static PagingEntry Entry { get; } = new(
        "next-url",
        "`next-url` | `path` or `header` | A URL, or a path on the same host, in the body or in a response header.",
        (reader, fields, _) => new NextUrlPaging(NextLocation.Read(reader, fields)));

    /// <inheritdoc/>
    public bool CursorIsUrl => true;

    /// <inheritdoc/>
    public string? NextPath => location.Name;

    /// <inheritdoc/>
    public bool HasNext(PageView page) => location.IsIn(page);

    /// <inheritdoc/>
    public string? NextCursor(PageView page) => location.TextOf(page);
}
