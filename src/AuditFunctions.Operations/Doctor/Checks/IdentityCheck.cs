using AuditFunctions.Http.Tokens;
using AuditFunctions.Operations.Doctor.Findings;
using AuditFunctions.Operations.Doctor.Storage;
using Azure.Identity;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>Whether an Azure identity can sign in, and which, where storage or a vault needs one.</summary>
internal sealed class IdentityCheck : ICheck
{
    private const string Where = "identity";

    /// <inheritdoc/>
    public string Name => "identity";

    /// <inheritdoc/>
    public IEnumerable<Look> Looks(Examination on) => on.Access.Proof == StorageProof.Entra || on.Vault is not null ? [Look.Of(Where, cancellationToken => FindAsync(on, cancellationToken))] : [];

    private static async Task<Finding> FindAsync(Examination on, CancellationToken cancellationToken)
    {
        try
        {
            on.Caller = await Caller.AskAsync(on.Installation.Get<EntraCredentials>()(null), cancellationToken);
            return Finding.Ok(Where, $"signed in as {on.Caller}: what follows is what this identity may do");
        }
        catch (AuthenticationFailedException)
        {
            return Finding.Problem(
                Where, "no Azure identity could sign in", "Sign in with the Azure CLI; in Azure check that the managed identity exists, is assigned to the app and is the one in AzureWebJobsStorage__clientId.", "az login");
        }
    }
}
