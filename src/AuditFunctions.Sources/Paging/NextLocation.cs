using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Paging;

/// <summary>Where a vendor names the next page: in the body or in a response header.</summary>
/// <param name="PageField">Index among the page fields, or -1 when it stands in a header.</param>
/// <param name="Header">The response header, or null.</param>
/// <param name="Path">The path, or null.</param>
internal readonly record struct NextLocation(int PageField, string? Header, string? Path)
{
    /// <summary>Reads <c>path</c> or <c>header</c>.</summary>
    public static NextLocation Read(SettingReader reader, PageFields fields)
    {
        var header = HeaderName.Of(reader, "header");
        if (header is null == !reader.Has("path"))
        {
            reader.Problems.Add(
                reader.At("path"),
                "must name where the next page stands: either 'path' (in the body) or 'header'.");
            return new NextLocation(-1, header, null);
        }

        return new NextLocation(fields.AddOptional(reader, "path"), header, reader.Text("path"));
    }

    /// <summary>The header or path, for messages.</summary>
    public string? Name => Header ?? Path;

    /// <summary>Whether anything stands there, be it null.</summary>
    public bool IsIn(PageView page) => Header is null ? PageField >= 0 && page.HasField(PageField) : page.Header(Header) is not null;

    /// <summary>What stands there; null when nothing does, or what some vendors say instead: false, an empty object or list.</summary>
    public string? TextOf(PageView page) => Header is not null ? page.Header(Header)
        : page.FieldText(PageField) is { } text && (page.Cut.PageField(PageField).Kind == JsonKind.String || text.Replace(" ", "") is not ("false" or "{}" or "[]")) ? text : null;
}
