using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Sources.Auth;
using Azure.Data.Tables;

namespace AuditFunctions.Pipeline.Storage.Tokens;

/// <summary>A row's tokens.</summary>
internal static class KeptRow
{
    private const string Refresh = "RefreshToken";
    private const string Access = "AccessToken";
    private const string EndsAt = "AccessEndsAt";

    /// <summary>Reads them; null when none came yet.</summary>
    /// <exception cref="SecretException">There is a refresh token, and no key reads it.</exception>
    public static async Task<TokenPair?> ReadAsync(TableEntity row, InstallationKeys keys, CancellationToken cancellationToken)
    {
        var stored = new StoredRow(row);
        if (!row.ContainsKey(Refresh))
        {
            return null;
        }

        var known = await keys.ReadAsync(SecretRead.Cached, cancellationToken);
        var refresh = Text(Refresh) ?? throw new SecretException(
            $"The refresh token that the vendor gave in place of the one in the vault cannot be read (table Checkpoints, {row.PartitionKey}/{row.RowKey}): the key that it was kept with is not in Messages__Key any more, or the row was changed. Put that key back, or store a new refresh token in the vault.");
        return Text(Access) is { } access && stored.Instant(EndsAt) is { } ends
            ? new TokenPair(refresh, access, ends)
            : new TokenPair(refresh, new SecretText(""), DateTimeOffset.UnixEpoch);

        SecretText? Text(string column) => stored.Text(column) is { } text ? TokenCipher.Decrypt(known, $"{row.RowKey}/{column}", text) : null;
    }

    /// <summary>A row of them, without a turn.</summary>
    public static async Task<TableEntity> WriteAsync(string place, TokenPair tokens, InstallationKeys keys, CancellationToken cancellationToken)
    {
        var key = (await keys.ReadAsync(SecretRead.Cached, cancellationToken))[0];
        return new TableEntity(KeptTokens.Partition, place)
        {
            [Refresh] = TokenCipher.Encrypt(key, $"{place}/{Refresh}", tokens.Refresh),
            [Access] = TokenCipher.Encrypt(key, $"{place}/{Access}", tokens.Access),
            [EndsAt] = tokens.EndsAt,
        };
    }
}
