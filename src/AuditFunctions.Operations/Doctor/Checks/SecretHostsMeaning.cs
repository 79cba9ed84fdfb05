using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations;
using AuditFunctions.Hosting.Secrets;
using AuditFunctions.Operations.Doctor.Findings;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>What the hosts of a secret that can be read say: whether rows may send it where they do, and how that is bounded where nobody said.</summary>
internal static class SecretHostsMeaning
{
    /// <summary>What they mean.</summary>
    public static Finding Of(Examination on, string where, SecretName name, SecretHosts? hosts)
    {
        string[] needed = [.. HostsOf(on, name).Order(StringComparer.Ordinal)];
        if (needed.Length == 0)
        {
            return Finding.Ok(where, "can be read");
        }

        string[] refused = [.. needed.Where(host => hosts is not null && !Allows(hosts, host))];
        return refused.Length > 0
            ? Finding.Problem(
                where,
                hosts == SecretHosts.None ? $"names no hosts, so that it is sent nowhere; its rows send it to {string.Join(", ", needed)}" : $"may not be sent to {string.Join(", ", refused)}; its hosts are {hosts}",
                "If it belongs there, say so where it is kept; else the row is wrong.",
                Command(on.Vault, name, needed))
            : hosts is null
            ? Finding.Note(where, "can be read, and sent to any host that a row names", "Say where it may go.", Command(on.Vault, name, needed))
            : Finding.Ok(where, $"can be read, and sent to {hosts} only");
    }

    // All its users, not only those that are examined: the command replaces what was said before.
    private static IEnumerable<string> HostsOf(Examination on, SecretName name)
    {
        var sources = on.Sources?.Values.Select(row => row.Definition).OfType<SourceDefinition>() ?? [];
        var destinations = on.Destinations?.Values.Select(row => row.Definition).OfType<DestinationDefinition>() ?? [];
        var peers = destinations.SelectMany(destination => destination.Secrets.Where(secret => secret.Value == name).SelectMany(secret => destination.PeersOf(secret.Key)));
        return sources.SelectMany(source => SourceHosts.Of(source, name)).Concat(peers.Select(peer => peer.Authority)).Distinct(StringComparer.OrdinalIgnoreCase);
    }

    // A pattern needs the same pattern, or one that is wider.
    private static bool Allows(SecretHosts hosts, string needed) =>
        Uri.TryCreate($"https://{needed.Replace("*.", "any.", StringComparison.Ordinal)}", UriKind.Absolute, out var url) && hosts.Allow(url);

    private static string Command(Uri? vault, SecretName name, string[] hosts) => vault is null
        ? $"export {SettingsSecretReader.HostsSettingOf(name)}={AzureCommands.Word(string.Join(' ', hosts))}"
        : $"az keyvault secret set-attributes --vault-name {SecretMeaning.NameOf(vault)} --name {name.Value} --tags {SecretHosts.Tag}={AzureCommands.Word(string.Join(' ', hosts))}";
}
