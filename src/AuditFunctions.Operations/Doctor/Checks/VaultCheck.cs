using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Hosting.Secrets;
using AuditFunctions.Operations.Doctor.Findings;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>Whether secrets can be read from the vault at all.</summary>
internal sealed class VaultCheck : ICheck
{
    // Whoever may not read is refused before the vault looks whether there is such a secret.
    private static readonly SecretName Nobody = new("auditfn-doctor-no-secret");

    /// <inheritdoc/>
    public string Name => "vault";

    /// <inheritdoc/>
    public IEnumerable<Look> Looks(Examination on) => on.Vault is { } vault ? [Look.Of($"vault {vault.Host}", cancellationToken => FindAsync(on, vault, cancellationToken))] : [];

    private static async Task<Finding> FindAsync(Examination on, Uri vault, CancellationToken cancellationToken)
    {
        try
        {
            await on.Installation.Get<ISecretReader>().ReadAsync(Nobody, cancellationToken);
        }
        catch (SecretException exception) when (exception.Failure != SecretFailure.Missing)
        {
            return SecretMeaning.OfVault(on, $"vault {vault.Host}", Nobody, exception);
        }
        catch (SecretException)
        {
            // Let in, and nothing of that name: as it should be.
        }

        return Finding.Ok($"vault {vault.Host}", "secrets can be read");
    }
}
