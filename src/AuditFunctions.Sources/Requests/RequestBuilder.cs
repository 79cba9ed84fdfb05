using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Requests;

/// <summary>Turns a request definition and its values into a draft.</summary>
internal static class RequestBuilder
{
    /// <summary>The request of a page.</summary>
    /// <param name="request">What it looks like.</param>
    /// <param name="cursorIsUrl">Whether a cursor is the vendor's own link to the page, which then takes the place of address and query.</param>
    /// <param name="values">What is filled in.</param>
    /// <exception cref="RequestException">The link leads away from the source's host, or the address is not allowed.</exception>
    public static RequestDraft Build(RequestDefinition request, bool cursorIsUrl, RequestValues values)
    {
        var url = Address(request, values);
        if (values.Cursor is { } link && cursorIsUrl)
        {
            var draft = new RequestDraft(request.Method, Follow(url, link, request.NextHosts));
            AddHeadersAndBody(draft, request, values);
            request.Script?.Apply(draft, request, values);
            return draft;
        }

        var address = request.Link is { } own ? ItemAddress.Of(url, own.Render(part => values.TextOf(part, request)), request.Hosts) : url;
        var built = new RequestDraft(request.Method, address) { IsElsewhere = !HttpsUrl.SameOrigin(url, address) };
        foreach (var (name, template) in request.Query)
        {
            if (template.Render(part => values.TextOf(part, request)) is { } value)
            {
                built.Query.Add(new(name, value));
            }
        }

        AddHeadersAndBody(built, request, values);
        request.Script?.Apply(built, request, values);
        return built;
    }

    private static Uri Address(RequestDefinition request, RequestValues values)
    {
        var origin = request.IsAtCapturedAddress ? request.Url.Parts[0] : null;
        var text = request.Url.Render(part => values.TextOf(part, request) is not { } value ? null
            : ReferenceEquals(part, origin) ? value
            : Uri.EscapeDataString(ItemAddress.Segment(part, value)));
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && HttpsUrl.IsAllowed(url)
            ? url
            : throw new RequestException("the request's address is not an https:// URL (http:// only to this machine itself).");
    }

    // The link carries our credentials wherever it leads: only to the same scheme, host and port, or to a host that the template declares.
    private static Uri Follow(Uri url, string link, IReadOnlyList<string> hosts)
    {
        // Where pages come from several hosts, one that names none could mean any of them. On Unix a path alone is a whole address too, of a file.
        if (hosts.Count > 0 && !link.Contains("://", StringComparison.Ordinal))
        {
            throw new RequestException("the vendor's link to the next page names no host, and the template's 'paging.hosts' allows several; it was not followed.");
        }

        return Uri.TryCreate(url, link, out var next) && next.UserInfo.Length == 0
            && (HttpsUrl.SameOrigin(url, next) || (HttpsUrl.IsAllowed(next) && hosts.Any(host => ItemAddress.IsOf(next, host))))
            ? next
            : throw new RequestException(
                $"the vendor's link to the next page leads away from {url.GetLeftPart(UriPartial.Authority)}; it was not followed."
                + (hosts.Count > 0 ? " It is at none of the hosts of 'paging.hosts'." : ""));
    }

    private static void AddHeadersAndBody(RequestDraft draft, RequestDefinition request, RequestValues values)
    {
        foreach (var (name, template) in request.Headers)
        {
            if (template.Render(part => values.TextOf(part, request)) is { } value)
            {
                draft.Headers.Add(new(name, value));
            }
        }

        if (request is { BodyIsText: true, Body: SettingText })
        {
            draft.Body = BodyWriter.WriteText(request, values);
            draft.ContentType = "text/plain";
        }
        else if (request.Body is not null)
        {
            draft.Body = request.BodyIsForm ? BodyWriter.WriteForm(request, values) : BodyWriter.WriteJson(request, values);
            draft.ContentType = request.BodyIsForm ? "application/x-www-form-urlencoded" : "application/json";
        }
    }
}

/// <summary>A request that must not be made. The message names no secret.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="isOfCursor">Whether the cursor is to blame, so that a request without one may do.</param>
internal class RequestException(string message, bool isOfCursor = false) : Exception(message)
{
    /// <summary>Whether the cursor is to blame.</summary>
    public bool IsOfCursor { get; } = isOfCursor;
}
