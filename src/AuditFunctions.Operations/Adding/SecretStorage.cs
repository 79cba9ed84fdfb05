using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Hosting.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Operations.Adding;

/// <summary>Says whether a secret is there, and how to store it.</summary>
public static class SecretStorage
{
    /// <summary>What keeps a secret from being used; null when it can be read.</summary>
    public static async Task<string?> WhatIsWrongAsync(IServiceProvider services, SecretName name, CancellationToken cancellationToken)
    {
        try
        {
            await services.GetRequiredService<ISecretStore>().GetAsync(name, SecretRead.Cached, cancellationToken);
            return null;
        }
        catch (SecretException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Whether secrets are kept in a vault, and not in settings.</summary>
    public static bool IsVault(IServiceProvider services) => VaultOf(services) is not null;

    /// <summary>The command that stores a secret; its value is typed or in a file, never on the command line.</summary>
    /// <param name="services">The services, which know the vault.</param>
    /// <param name="name">The secret.</param>
    /// <param name="host">The host that it may be sent to; null when that is not known.</param>
    public static string Command(IServiceProvider services, SecretName name, string? host) => VaultOf(services) is { } vault
        ? $"az keyvault secret set --vault-name {vault.Host.Split('.')[0]} --name {name.Value} --file value.txt --encoding utf-8{(host is null ? "" : $" --tags {SecretHosts.Tag}={host}")}"
        : $"read -rs {SettingsSecretReader.SettingOf(name)} && export {SettingsSecretReader.SettingOf(name)}";

    /// <summary>Settings in which a secret has a value, for this process only.</summary>
    public static IConfiguration With(IConfiguration settings, SecretName name, string value) => new ConfigurationBuilder()
        .AddConfiguration(settings)
        .AddInMemoryCollection([new(SettingsSecretReader.SettingOf(name), value)])
        .Build();

    private static Uri? VaultOf(IServiceProvider services) => services.GetRequiredService<IOptions<SecretOptions>>().Value.VaultUri;
}
