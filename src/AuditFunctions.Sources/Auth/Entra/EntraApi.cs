namespace AuditFunctions.Sources.Auth.Entra;

/// <summary>An API of Microsoft's that the app's identity may be used for.</summary>
/// <param name="Name">Its name in a template.</param>
/// <param name="Hosts">Where it is, its national clouds included.</param>
/// <param name="Scope">What a token is asked for; null where it is the host itself.</param>
internal sealed record EntraApi(string Name, string[] Hosts, string? Scope = null)
{
    /// <summary>All of them. None of them gives away keys to a request that reads logs.</summary>
    public static IReadOnlyList<EntraApi> All { get; } =
    [
        new("graph", ["graph.microsoft.com", "graph.microsoft.us", "dod-graph.microsoft.us", "microsoftgraph.chinacloudapi.cn"]),
        new("office365-management", ["manage.office.com", "manage-gcc.office.com", "manage.office365.us", "manage.protection.apps.mil"]),
        new("azure-management", ["management.azure.com", "management.usgovcloudapi.net", "management.chinacloudapi.cn"]),
        new("defender", ["api.security.microsoft.com", "api.securitycenter.microsoft.com"], "https://api.securitycenter.microsoft.com/.default"),
        new("power-bi", ["api.powerbi.com"], "https://analysis.windows.net/powerbi/api/.default"),
        new("azure-devops", ["auditservice.dev.azure.com"], "499b84ac-1321-427f-aa17-267ca6975798/.default"),
    ];

    /// <summary>What to write instead of a host that is not allowed.</summary>
    public string Advice => $"Allowed: {string.Join(", ", Hosts)}.";

    /// <summary>Whether a token may be sent to an address: to the API's own hosts, and to this machine itself for trials.</summary>
    public bool Allows(Uri url) => url.IsLoopback || Hosts.Contains(url.IdnHost, StringComparer.OrdinalIgnoreCase);

    /// <summary>The scope of a token for an address.</summary>
    public string ScopeOf(Uri url) => Scope ?? $"https://{(url.IsLoopback ? Hosts[0] : url.IdnHost.ToLowerInvariant())}/.default";
}
