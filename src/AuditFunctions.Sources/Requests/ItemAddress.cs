using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Requests;

/// <summary>Where the answer for an item of a list is asked for. The item is the vendor's: it must not lead us elsewhere.</summary>
internal static class ItemAddress
{
    /// <summary>The address that an item's link leads to.</summary>
    /// <param name="source">An address of the source.</param>
    /// <param name="link">A URL, or a path on the source's host.</param>
    /// <param name="hosts">Hosts beside the source's to which it may lead.</param>
    /// <exception cref="RequestException">It leads to another host, or is no address.</exception>
    public static Uri Of(Uri source, string? link, IReadOnlyList<string> hosts)
    {
        if (!Uri.TryCreate(source, link, out var url) || !HttpsUrl.IsAllowed(url) || url.UserInfo.Length > 0)
        {
            throw new RequestException("the item's link is not an https:// address (http:// only to this machine itself).");
        }

        return HttpsUrl.SameOrigin(source, url) || hosts.Any(host => IsOf(url, host))
            ? url
            : throw new RequestException(
                $"the item's link leads to {SafeText.OneLine(url.Authority)}, which the template does not declare; it was not followed. See 'expand.hosts'.");
    }

    /// <summary>A value of an item as one segment of a path.</summary>
    /// <exception cref="RequestException">It would lead out of its place.</exception>
    public static string Segment(TextTemplate.Part part, string value) =>
        part.Name is { } name && (name == RunPlaceholders.JobHandle || (RunPlaceholders.ItemPathOf(name) ?? RunPlaceholders.CaptureOf(name) ?? RunPlaceholders.JobCaptureOf(name)) is not null) && value is "" or "." or ".."
            ? throw new RequestException($"the value for '{part.Text}' is '{value}', which leads elsewhere in an address.")
            : value;

    /// <summary>What is wrong with a declared host; null when nothing is.</summary>
    public static string? WhatIsWrong(string host)
    {
        var name = HostPattern.NameIn(host);
        return name.Length == 0 || name.Contains('*', StringComparison.Ordinal) || name.Contains('/', StringComparison.Ordinal)
            || !Uri.TryCreate($"https://{name}", UriKind.Absolute, out var url) || !string.Equals(url.Authority, name, StringComparison.OrdinalIgnoreCase)
            || (name != host && !name.Contains('.', StringComparison.Ordinal))
            ? "is no host; write one such as files.example.com or *.s3.amazonaws.com."
            : null;
    }

    /// <summary>Whether an address is at a declared host.</summary>
    public static bool IsOf(Uri url, string host) => HostPattern.Matches(host, url.Authority);
}
