using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Hosting.Secrets;

/// <summary>Settings of section <c>Secrets</c>.</summary>
public sealed class SecretOptions
{
    /// <summary>Address of the Key Vault, such as <c>https://acme.vault.azure.net/</c>; without it secrets come from <c>AUDIT_SECRET_*</c> settings.</summary>
    public Uri? VaultUri { get; set; }

    /// <summary>How long a value is remembered. Default 10 min; 0 to 24 h. A value that is refused (401, 403) is read again at once.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan CacheDuration { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether a secret that does not name the hosts that it may be sent to is sent nowhere. Default false: then it goes where rows say.</summary>
    public bool RequireHosts { get; set; }
}

/// <summary>Checks <see cref="SecretOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class SecretOptionsValidator : IValidateOptions<SecretOptions>;

/// <summary>Checks what the annotations cannot say.</summary>
internal sealed class SecretOptionsRules : IValidateOptions<SecretOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SecretOptions options) =>
        options.VaultUri is null || IsVault(options.VaultUri)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("The setting Secrets__VaultUri must be the https:// address of a vault and nothing more, such as https://acme.vault.azure.net/.");

    // It is shown: a user name or query in it would be too.
    private static bool IsVault(Uri uri) => uri.IsAbsoluteUri && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length + uri.Query.Length + uri.Fragment.Length == 0;
}
