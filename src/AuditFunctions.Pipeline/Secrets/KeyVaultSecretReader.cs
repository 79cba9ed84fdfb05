using Azure;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;

namespace AuditFunctions.Pipeline.Secrets;

/// <summary>Secrets from Azure Key Vault, read with the app's managed identity.</summary>
public sealed class KeyVaultSecretReader(SecretClient client) : ISecretReader
{
    /// <inheritdoc/>
    public async Task<SecretText> ReadAsync(SecretName name, CancellationToken cancellationToken)
    {
        try
        {
            var secret = await client.GetSecretAsync(name.Value, cancellationToken: cancellationToken);
            return new SecretText(secret.Value.Value);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            throw new SecretException($"The secret '{name}' is not in {client.VaultUri}: add it there under the name '{name.Value}'.");
        }
        catch (RequestFailedException exception) when (exception.Status is 401 or 403)
        {
            throw new SecretException($"The secret '{name}' may not be read from {client.VaultUri} ({exception.Status} {exception.ErrorCode}): give the app's identity the role 'Key Vault Secrets User'.");
        }
        catch (RequestFailedException exception)
        {
            throw new SecretException($"The secret '{name}' could not be read from {client.VaultUri}: {exception.Status} {exception.ErrorCode}.");
        }
        catch (AuthenticationFailedException)
        {
            throw new SecretException($"The secret '{name}' could not be read from {client.VaultUri}: no Azure identity could sign in. Check the managed identity, or sign in with the Azure CLI when you run locally.");
        }
    }
}
