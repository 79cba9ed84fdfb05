namespace AuditFunctions.Configuration;

/// <summary>The rule for every address that we call: https, or plain http to this machine itself.</summary>
public static class HttpsUrl
{
    /// <summary>Whether an address may be called.</summary>
    public static bool IsAllowed(Uri url) =>
        url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    /// <summary>What is wrong with a text as such an address, or null. Does not repeat the text, which may hold a token.</summary>
    public static string? WhatIsWrong(string text) =>
        !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0 ? "is no absolute URL; write one such as https://api.example.com."
        : !IsAllowed(url) ? "must be an https:// URL (http:// only to this machine itself, 127.0.0.1 or localhost)."
        : url.UserInfo.Length > 0 ? "must not hold a user name or password."
        : null;

    /// <summary>Whether two addresses have the same scheme, host and port, so that one's credentials may go to the other.</summary>
    public static bool SameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>Scheme, host and port of an address without a query, which may hold placeholders; empty when it has no scheme.</summary>
    public static string OriginOf(string url) =>
        url.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme
            ? url.IndexOf('/', scheme + 3) is >= 0 and var path ? url[..path] : url
            : "";
}
