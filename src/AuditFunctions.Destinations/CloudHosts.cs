using AuditFunctions.Configuration;

namespace AuditFunctions.Destinations;

/// <summary>The hosts of a cloud that a token is for.</summary>
internal static class CloudHosts
{
    /// <summary>A token must never be sent anywhere else than to a cloud's own hosts, whatever a row says; but for this machine itself.</summary>
    /// <returns>Whether it may be.</returns>
    public static bool Check(Uri url, string what, string[] hosts, Problems problems)
    {
        var isOfCloud = IsOf(url, hosts);
        if (!isOfCloud)
        {
            problems.Add("url", $"is no address of {what}; its host ends in {string.Join(" or ", hosts)}.");
        }

        return isOfCloud;
    }

    /// <summary>Whether an address is at one of a cloud's own hosts, or at this machine.</summary>
    public static bool IsOf(Uri url, string[] hosts) => url.IsLoopback || Array.Exists(hosts, host => url.Host.EndsWith(host, StringComparison.OrdinalIgnoreCase));
}
