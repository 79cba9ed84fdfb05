using System.Net.Http.Headers;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Http;

namespace AuditFunctions.Sources.Requests;

/// <summary>
/// A request that is still being put together: auth schemes add to it (or sign it) before it becomes a message. It may hold secrets, so it
/// has no text form.
/// </summary>
public sealed class RequestDraft(HttpMethod method, Uri url)
{
    /// <summary>GET or POST.</summary>
    public HttpMethod Method { get; private set; } = method;

    /// <summary>Absolute URL; its own query, if any, stays in front of <see cref="Query"/>.</summary>
    public Uri Url { get; private set; } = url;

    /// <summary>Whether it goes to another host than the source's, where no credential may go.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>Query parameters, not yet encoded, in order.</summary>
    public List<KeyValuePair<string, string>> Query { get; } = [];

    /// <summary>Headers in order.</summary>
    public List<KeyValuePair<string, string>> Headers { get; } = [];

    /// <summary>The body, or null.</summary>
    public byte[]? Body { get; set; }

    /// <summary>The body's media type.</summary>
    public string ContentType { get; set; } = "application/json";

    /// <summary>The fields of a body that is a form, not encoded: some signatures count them among the parameters. None of any other body.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Form => Body is { } body && ContentType == "application/x-www-form-urlencoded"
        ? Encoding.UTF8.GetString(body).Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Replace('+', ' ').Split('=', 2))
            .Select(pair => KeyValuePair.Create(Uri.UnescapeDataString(pair[0]), pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : ""))
        : [];

    /// <summary>Puts another request into the place of this one, which is inside it: same host, no query.</summary>
    /// <exception cref="RequestException">The address leads to another host, which nobody has checked.</exception>
    internal void Wrap(Uri address, byte[] envelope, string contentType)
    {
        if (!HttpsUrl.SameOrigin(Url, address))
        {
            throw new RequestException("'auth.path' leads to another host than the request; write a path.");
        }

        (Method, Url, Body, ContentType) = (HttpMethod.Post, address, envelope, contentType);
        Query.Clear();
    }

    /// <summary>The whole URL, every parameter percent-encoded as RFC 3986 says (only letters, digits and <c>-._~</c> stay).</summary>
    public Uri FullUrl()
    {
        if (Query.Count == 0)
        {
            return Url;
        }

        var text = new StringBuilder(Url.AbsoluteUri);
        var separator = Url.Query.Length > 0 ? '&' : '?';
        foreach (var (name, value) in Query)
        {
            text.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        return new Uri(text.ToString());
    }

    /// <summary>Makes the message.</summary>
    /// <exception cref="RequestException">A header cannot hold its value.</exception>
    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(Method, FullUrl());
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Body);
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        }

        foreach (var (name, value) in Headers)
        {
            // Values come from rows and secrets: a line break would smuggle a header in.
            var line = value.AsSpan().IndexOfAny('\r', '\n', '\0') < 0 ? value : "";
            if (HeaderText.WhatIsWrong(name, line) is { } wrong)
            {
                throw new RequestException(wrong);
            }

            if (!message.Headers.TryAddWithoutValidation(name, line))
            {
                message.Content?.Headers.Remove(name);
                message.Content?.Headers.TryAddWithoutValidation(name, line);
            }
        }

        NameUs(message);
        return message;
    }

    /// <summary>Says who asks, where the template does not: some vendors refuse requests without <c>User-Agent</c>.</summary>
    internal static void NameUs(HttpRequestMessage message)
    {
        if (!message.Headers.NonValidated.Contains("User-Agent"))
        {
            message.Headers.TryAddWithoutValidation("User-Agent", "AuditFunctions");
        }
    }
}
