using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Paging.Cursor;

/// <summary>A token in the body or in a response header goes into the next request as <c>{cursor}</c>.</summary>
/// <param name="location">Where the token stands.</param>
/// <param name="join">What stands between the parts of a token that is an array (Duo joins them with a comma).</param>
internal sealed class CursorPaging(NextLocation location, string? join) : IPagingKind
{
    /// <summary>Its place in the catalog.</summary>
    public static PagingEntry Entry { get; } = new(
        "cursor",
        "`cursor` | `path` or `header`; `join` | A token in the body or in a response header; it becomes `{cursor}`. "
        + "If the token is an array, `join` stands between its parts.",
        (reader, fields, _) => Read(reader, fields));

    /// <inheritdoc/>
    public string? Placeholder => RunPlaceholders.Cursor;

    /// <inheritdoc/>
    public string? NextPath => location.Name;

    /// <inheritdoc/>
    public bool HasNext(PageView page) => location.IsIn(page);

    /// <inheritdoc/>
    public string? NextCursor(PageView page)
    {
        var text = location.TextOf(page);
        if (text is null || join is null || location.Header is not null || page.Cut.PageField(location.PageField).Kind != JsonKind.Array)
        {
            return text;
        }

        using var parts = JsonDocument.Parse(text);
        return string.Join(join, parts.RootElement.EnumerateArray().Select(part => part.ToString()));
    }

    private static CursorPaging Read(SettingReader reader, PageFields fields) =>
        new(NextLocation.Read(reader, fields), reader.Text("join"));
}
