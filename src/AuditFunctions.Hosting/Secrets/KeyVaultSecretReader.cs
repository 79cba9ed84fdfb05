using System.Text.Json;
using System.Text.Json.Nodes;
using AuditFunctions.Configuration.Secrets;
using Azure;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;

namespace AuditFunctions.Hosting.Secrets;

/// <summary>Secrets from Azure Key Vault, read with the app's managed identity.</summary>
internal sealed class KeyVaultSecretReader(SecretClient client) : ISecretReader
{
    /// <inheritdoc/>
    public async Task<SecretText> ReadAsync(SecretName name, CancellationToken cancellationToken)
    {
        try
        {
            var secret = await client.GetSecretAsync(name.Value, cancellationToken: cancellationToken);
            var hosts = secret.Value.Properties.Tags.FirstOrDefault(tag => tag.Key.Equals(SecretHosts.Tag, StringComparison.OrdinalIgnoreCase)).Value;
            return new SecretText(secret.Value.Value) { Hosts = SecretHostsText.Read(name, $"tag '{SecretHosts.Tag}'", hosts) };
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            throw new SecretException($"The secret '{name}' is not in {client.VaultUri}: add it there under the name '{name.Value}'.", SecretFailure.Missing);
        }
        catch (RequestFailedException exception) when (exception.Status == 403 && InnerCode(exception) is "ForbiddenByFirewall" or "ForbiddenByConnection")
        {
            throw new SecretException(
                $"The secret '{name}' may not be read from {client.VaultUri} (403 {InnerCode(exception)}): the vault's network rules keep this machine out. Let its address in, or run where the vault's private endpoint is.",
                SecretFailure.NetworkRules);
        }
        catch (RequestFailedException exception) when (exception.Status is 401 or 403)
        {
            throw new SecretException($"The secret '{name}' may not be read from {client.VaultUri} ({exception.Status} {exception.ErrorCode}): give the app's identity the role 'Key Vault Secrets User'.", SecretFailure.Forbidden);
        }
        catch (Exception exception) when (exception is RequestFailedException { Status: 0 } or AggregateException)
        {
            throw new SecretException($"The secret '{name}' could not be read: the vault {client.VaultUri} does not answer. Check its name, and the way to it.", SecretFailure.Unreachable);
        }
        catch (RequestFailedException exception)
        {
            throw new SecretException($"The secret '{name}' could not be read from {client.VaultUri}: {exception.Status} {exception.ErrorCode}.");
        }
        catch (AuthenticationFailedException)
        {
            throw new SecretException($"The secret '{name}' could not be read from {client.VaultUri}: no Azure identity could sign in. Check the managed identity, or sign in with the Azure CLI when you run locally.", SecretFailure.NoIdentity);
        }
    }

    // {"error":{"code":"Forbidden","message":"…","innererror":{"code":"ForbiddenByFirewall"}}}
    private static string? InnerCode(RequestFailedException exception)
    {
        try
        {
            return exception.GetRawResponse() is { ContentStream: not null } response
                && JsonNode.Parse(response.Content.ToMemory().Span) is JsonObject root
                && root["error"] is JsonObject error && error["innererror"] is JsonObject inner && inner["code"] is JsonValue code
                && code.TryGetValue<string>(out var text) ? text : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
