using AuditFunctions.Configuration.Secrets;
using Microsoft.Extensions.Configuration;

namespace AuditFunctions.Hosting.Secrets;

/// <summary>Secrets from environment variables or local settings: <c>secret:okta-prod</c> is <c>AUDIT_SECRET_OKTA_PROD</c>. For when there is no vault.</summary>
public sealed class SettingsSecretReader(IConfiguration configuration) : ISecretReader
{
    /// <summary>The setting that holds a secret.</summary>
    public static string SettingOf(SecretName name) => "AUDIT_SECRET_" + name.Value.ToUpperInvariant().Replace('-', '_');

    /// <summary>The setting that names the hosts that a secret may be sent to.</summary>
    public static string HostsSettingOf(SecretName name) => "AUDIT_HOSTS_" + name.Value.ToUpperInvariant().Replace('-', '_');

    /// <inheritdoc/>
    public Task<SecretText> ReadAsync(SecretName name, CancellationToken cancellationToken)
    {
        var setting = SettingOf(name);
        return configuration[setting] is { Length: > 0 } value
            ? Task.FromResult(new SecretText(value) { Hosts = SecretHostsText.Read(name, HostsSettingOf(name), configuration[HostsSettingOf(name)]) })
            : throw new SecretException($"The secret '{name}' is not set: give it in the environment variable or local setting {setting}, or name a vault in Secrets__VaultUri.", SecretFailure.Missing);
    }
}
