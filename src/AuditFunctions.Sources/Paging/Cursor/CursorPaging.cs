using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Paging.Cursor;

/// <summary>A token in the body or in a response header goes into the next request as <c>{cursor}</c>.</summary>
/// <param name="location">Where the token stands.</param>
/// <param name="join">What stands between the parts of a token that is an array (Duo joins them with a comma).</param>
/// <param name="cut">What stands in front of the token and is not part of it (SAP's <c>handle=</c>).</param>
/// <param name="isEncoded">Whether the vendor gives the token percent-encoded, so that it would be encoded twice.</param>
internal sealed class CursorPaging(NextLocation location, string? join, string? cut, bool isEncoded) : IPagingKind
{
    /// <summary>Its place in the catalog.</summary>
    public static PagingEntry Entry { get; } = new(
        "cursor",
        "`cursor` | `path` or `header`; `join`, `cut`, `decode` | A token in the body or in a response header; it becomes `{cursor}`. "
        + "If the token is an array, `join` stands between its parts. `cut` is a text in front of the token that is no part of it; "
        + "with `decode: percent` the token is percent-decoded before it is sent.",
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
        return Joined(page) is { } text ? TokenIn(text) : null;
    }

    private string TokenIn(string text)
    {
        if (cut is not null)
        {
            text = text.StartsWith(cut, StringComparison.Ordinal)
                ? text[cut.Length..]
                : throw new RequestException($"what names the next page does not start with '{cut}'; check paging.cut.", isOfCursor: false);
        }

        return isEncoded ? Uri.UnescapeDataString(text) : text;
    }

    private string? Joined(PageView page)
    {
        var text = location.TextOf(page);
        if (text is null || join is null || location.Header is not null || page.Cut.PageField(location.PageField).Kind != JsonKind.Array)
        {
            return text;
        }

        using var parts = JsonDocument.Parse(text);
        return string.Join(join, parts.RootElement.EnumerateArray().Select(part => part.AsText()));
    }

    private static CursorPaging Read(SettingReader reader, PageFields fields) =>
        new(NextLocation.Read(reader, fields), reader.Text("join"), reader.Plain("cut"), reader.Choice("decode", "none", "percent") == "percent");
}
