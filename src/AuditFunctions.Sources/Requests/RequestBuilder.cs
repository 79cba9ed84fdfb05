using AuditFunctions.Configuration;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources.Requests;

/// <summary>Turns a request definition and its values into a draft.</summary>
internal static class RequestBuilder
{
    /// <summary>The request of a page: the vendor's own link where the paging follows links, else the definition's.</summary>
    /// <exception cref="RequestException">The link leads away from the source's host, or the address is not allowed.</exception>
    public static RequestDraft Build(SourceDefinition source, RequestValues values)
    {
        var request = values.Cursor is not null && source.Next is not null ? source.Next : source.Request;
        var url = Address(request, values);
        if (values.Cursor is { } link && source.Paging.Kind.CursorIsUrl)
        {
            var draft = new RequestDraft(request.Method, Follow(url, link));
            AddHeadersAndBody(draft, request, values);
            return draft;
        }

        var built = new RequestDraft(request.Method, url);
        foreach (var (name, template) in request.Query)
        {
            if (template.Render(part => values.TextOf(part, request)) is { } value)
            {
                built.Query.Add(new(name, value));
            }
        }

        AddHeadersAndBody(built, request, values);
        return built;
    }

    private static Uri Address(RequestDefinition request, RequestValues values)
    {
        var text = request.Url.Render(part => values.TextOf(part, request) is { } value ? Uri.EscapeDataString(value) : null);
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && HttpsUrl.IsAllowed(url)
            ? url
            : throw new RequestException("the request's address is no https:// URL (http:// only to this machine itself).");
    }

    // The link carries our credentials wherever it leads: only to the same scheme, host and port.
    private static Uri Follow(Uri url, string link) =>
        Uri.TryCreate(url, link, out var next) && HttpsUrl.SameOrigin(url, next) && next.UserInfo.Length == 0
            ? next
            : throw new RequestException($"the vendor's link to the next page leads away from {url.GetLeftPart(UriPartial.Authority)}; it was not followed.");

    private static void AddHeadersAndBody(RequestDraft draft, RequestDefinition request, RequestValues values)
    {
        foreach (var (name, template) in request.Headers)
        {
            if (template.Render(part => values.TextOf(part, request)) is { } value)
            {
                draft.Headers.Add(new(name, value));
            }
        }

        if (request.Body is not null)
        {
            draft.Body = request.BodyIsForm ? BodyWriter.WriteForm(request, values) : BodyWriter.WriteJson(request, values);
            draft.ContentType = request.BodyIsForm ? "application/x-www-form-urlencoded" : "application/json";
        }
    }
}

/// <summary>A request that must not be made. The message names no secret.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="isOfCursor">Whether the cursor is to blame, so that a request without one may do.</param>
public sealed class RequestException(string message, bool isOfCursor = false) : Exception(message)
{
    /// <summary>Whether the cursor is to blame.</summary>
    public bool IsOfCursor { get; } = isOfCursor;
}
