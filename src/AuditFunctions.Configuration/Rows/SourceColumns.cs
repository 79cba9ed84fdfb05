using System.Collections.Frozen;

namespace AuditFunctions.Configuration.Rows;

/// <summary>The columns that every source row may have, whatever its template; all others are the template's parameters.</summary>
public static class SourceColumns
{
    /// <summary>Name of the template; left out when <see cref="Definition"/> says everything.</summary>
    public const string Template = "template";

    /// <summary>false pauses the source; default true.</summary>
    public const string Enabled = "enabled";

    /// <summary>One destination, or several separated by commas.</summary>
    public const string Destination = "destination";

    /// <summary>How often the source is polled.</summary>
    public const string Interval = "interval";

    /// <summary>Where the very first window starts: an ISO 8601 instant.</summary>
    public const string Since = "since";

    /// <summary>Another address instead of the vendor's own: a proxy, a private instance, a test server.</summary>
    public const string BaseUrl = "baseUrl";

    /// <summary>YAML or JSON that is laid over the template, or stands instead of one.</summary>
    public const string Definition = "definition";

    /// <summary>How far back each window starts before the high-water mark.</summary>
    public const string Overlap = "overlap";

    /// <summary>How long the vendor may publish late: nothing newer than now minus this is asked for.</summary>
    public const string Lag = "lag";

    /// <summary>Where the first window starts before now, without <see cref="Since"/>.</summary>
    public const string Lookback = "lookback";

    /// <summary>Longest that nothing new may come before the source counts as silent.</summary>
    public const string ExpectEvery = "expectEvery";

    /// <summary>What is read again further back, such as <c>3h every 15m, 3d every 6h</c>; <c>none</c> switches the template's off.</summary>
    public const string LookbackTiers = "lookbackTiers";

    /// <summary>How many events to ask for at once.</summary>
    public const string PageSize = "pageSize";

    /// <summary>YAML or JSON: what is done to each event before it is packed, instead of the template's; <c>none</c> for nothing.</summary>
    public const string Processors = "processors";

    /// <summary>YAML or JSON: for each destination what is left out or changed for it alone, over the template's; <c>none</c> for nothing.</summary>
    public const string Routes = "routes";

    /// <summary>Proxy that requests go through.</summary>
    public const string Proxy = "proxy";

    /// <summary>The secret with the proxy's user name and password.</summary>
    public const string ProxyCredentials = "proxyCredentials";

    /// <summary>The secret with the certificate authorities in PEM, instead of those of the system.</summary>
    public const string Authorities = "ca";

    /// <summary>The secret with our certificate, its chain and its private key in PEM, for a vendor that asks for one (mutual TLS).</summary>
    public const string ClientCertificate = "clientCertificate";

    private static readonly FrozenSet<string> Secrets = FrozenSet.ToFrozenSet([ProxyCredentials, Authorities, ClientCertificate], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
        [Template, Enabled, Destination, Interval, Since, BaseUrl, Definition, Overlap, Lag, Lookback, LookbackTiers, ExpectEvery, PageSize, Processors, Routes, Proxy, .. Secrets, "name"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a column is one of these; columns compare without case.</summary>
    public static bool IsCommon(string column) => Names.Contains(column);

    /// <summary>Whether one of these is a secret, of which a row holds the name only.</summary>
    public static bool IsSecret(string column) => Secrets.Contains(column);
}
