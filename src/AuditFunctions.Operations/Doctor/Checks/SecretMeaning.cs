using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Hosting.Secrets;
using AuditFunctions.Operations.Doctor.Findings;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>How to fix a secret that cannot be read, or is not accepted. No value is read or shown.</summary>
internal static class SecretMeaning
{
    /// <summary>The name of a vault, from its address.</summary>
    public static string NameOf(Uri vault) => vault.Host.Split('.')[0];

    /// <summary>
    /// A command that asks for a secret's value and stores it: the value is in no argument and is not shown. A new version has no tags but
    /// those that it is stored with, so the command repeats its hosts: without them it could be sent anywhere.
    /// </summary>
    /// <param name="vault">The vault; null when secrets are settings.</param>
    /// <param name="name">The secret.</param>
    /// <param name="hosts">The hosts that the version before may be sent to; null when it names none, or there is none.</param>
    public static string Store(Uri? vault, SecretName name, SecretHosts? hosts = null) => vault is null
        ? $"read -rs {SettingsSecretReader.SettingOf(name)} && export {SettingsSecretReader.SettingOf(name)}"
        : $"az keyvault secret set --vault-name {NameOf(vault)} --name {name.Value} --file /dev/stdin --encoding utf-8 --output none"
            + (hosts is null || hosts == SecretHosts.None ? "" : $" --tags {SecretHosts.Tag}={AzureCommands.Word(hosts.ToString())}");

    /// <summary>The commands that store some secrets anew, each with the hosts that it has.</summary>
    public static async Task<string?> StoreAnewAsync(Examination on, IEnumerable<SecretName> names, CancellationToken cancellationToken)
    {
        var commands = new List<string>();
        foreach (var name in names.Distinct())
        {
            commands.Add(Store(on.Vault, name, await HostsOfAsync(on, name, cancellationToken)));
        }

        return commands.Count > 0 ? string.Join("; ", commands) : null;
    }

    /// <summary>What to do at the prompt of <see cref="Store"/>.</summary>
    public static string HowToStore(Uri? vault) => vault is null ? "Type its value and Enter; this shell has it then." : "Type its value, Enter and Ctrl-D.";

    /// <summary>The first of some secrets that cannot be read; null when all can.</summary>
    public static async Task<SecretName?> UnreadableAsync(Examination on, IEnumerable<SecretName> names, CancellationToken cancellationToken)
    {
        foreach (var name in names)
        {
            try
            {
                await on.Installation.Get<ISecretStore>().GetAsync(name, SecretRead.Cached, cancellationToken);
            }
            catch (SecretException)
            {
                return name;
            }
        }

        return null;
    }

    private static async Task<SecretHosts?> HostsOfAsync(Examination on, SecretName name, CancellationToken cancellationToken)
    {
        try
        {
            return (await on.Installation.Get<ISecretStore>().GetAsync(name, SecretRead.Cached, cancellationToken)).Hosts;
        }
        catch (SecretException)
        {
            // What is wrong with it is said elsewhere.
            return null;
        }
    }

    /// <summary>What a failure to read any secret says of the vault.</summary>
    public static Finding OfVault(Examination on, string where, SecretName name, SecretException exception) => Of(on, where, name, exception) with
    {
        What = exception.Failure switch
        {
            SecretFailure.Forbidden => "secrets may not be read",
            SecretFailure.NetworkRules => "its network rules keep this machine out, or its public access is off",
            SecretFailure.Unreachable => "does not answer",
            SecretFailure.NoIdentity => "no Azure identity could sign in",
            _ => exception.Message,
        },
    };

    /// <summary>What a failure means.</summary>
    /// <param name="on">The examination.</param>
    /// <param name="where">What was looked at.</param>
    /// <param name="name">The secret.</param>
    /// <param name="exception">The failure.</param>
    public static Finding Of(Examination on, string where, SecretName name, SecretException exception)
    {
        var vault = on.Vault is { } uri ? NameOf(uri) : null;
        var (mend, command) = exception.Failure switch
        {
            SecretFailure.Missing => (HowToStore(on.Vault), Store(on.Vault, name)),
            SecretFailure.Forbidden => (
                $"Give {on.Caller?.ToString() ?? "the identity"} the role 'Key Vault Secrets User' on vault '{vault}'. A new role takes some minutes to hold.",
                AzureCommands.GiveRole("Key Vault Secrets User", on.Caller, AzureCommands.IdOfVault(vault ?? "<vault>"))),
            SecretFailure.NetworkRules => (
                "Run where the vault's private endpoint is, or let this machine's public address in.",
                $"az keyvault network-rule add --name {vault} --ip-address <public address>"),
            SecretFailure.Unreachable => ("Check the vault's name in Secrets__VaultUri.", "az keyvault list --query \"[].properties.vaultUri\" --output tsv"),
            SecretFailure.NoIdentity => ("Sign in with the Azure CLI, or give the app its managed identity.", "az login"),
            _ => ((string?)null, (string?)null),
        };
        return Finding.Problem(where, exception.Message, mend, command);
    }
}
