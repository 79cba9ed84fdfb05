using AuditFunctions.Configuration;

namespace AuditFunctions.Destinations.Kafka;

/// <summary>The brokers that a row names: host and port each, with commas between. They tell which other brokers there are.</summary>
internal static class KafkaServers
{
    private const int MostServers = 20;

    /// <summary>The brokers as addresses of scheme <c>kafka</c>.</summary>
    public static IReadOnlyList<Uri> Read(string text, Problems problems)
    {
        var servers = new List<Uri>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Uri.TryCreate($"kafka://{part}", UriKind.Absolute, out var server) && server is { Port: > 0, UserInfo: "", AbsolutePath: "/" or "", Query: "", Fragment: "" }
                && server.HostNameType is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6)
            {
                servers.Add(server);
            }
            else
            {
                problems.Add("servers", "holds something that is no host:port, such as broker1.example.com:9093; write commas between several, and an IPv6 address in brackets.");
                return [];
            }
        }

        if (servers.Count is 0 or > MostServers)
        {
            problems.Add("servers", $"names {servers.Count} brokers; allowed: 1 to {MostServers}.");
            return [];
        }

        return servers;
    }
}
