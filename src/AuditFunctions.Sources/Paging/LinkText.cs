namespace AuditFunctions.Sources.Paging;

/// <summary>The text of a link that a vendor gives.</summary>
internal static class LinkText
{
    /// <summary>A link without a query parameter that carries a credential.</summary>
    public static string WithoutParameter(string url, string name)
    {
        var start = url.IndexOf('?', StringComparison.Ordinal);
        if (start < 0)
        {
            return url;
        }

        var kept = url[(start + 1)..].Split('&').Where(pair => Uri.UnescapeDataString(pair.Split('=', 2)[0]) != name);
        return $"{url[..start]}?{string.Join('&', kept)}".TrimEnd('?');
    }
}
