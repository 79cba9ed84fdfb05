using System.Collections.Concurrent;
using System.Security.Cryptography;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Tables;
using AuditFunctions.Sources.Processors.Subjects;
using Azure;
using Azure.Data.Tables;

namespace AuditFunctions.Pipeline.Storage.Subjects;

/// <summary>
/// Subjects' data keys in table <c>SubjectKeys</c>: two rows a subject, written in one transaction. One is found by the hash of his name and holds his key,
/// wrapped; the other is found by the tag that stands in encrypted values, and names the first. A row for each secret, those of pseudonyms too, says which
/// value of it was used: with another one no subject would be found, who was forgotten would get a new key, and everybody a second pseudonym. The table
/// names nobody. Thread safe.
/// </summary>
public sealed class SubjectKeyStore(StorageAccount storage, TimeProvider time)
{
    private const string Wrapped = "Key";
    private const string TagColumn = "Tag";
    private const string MadeAt = "MadeAt";
    private const string ForgottenAt = "ForgottenAt";
    private const string SubjectColumn = "Subject";
    private const string ValueRow = "value";
    private const string CheckColumn = "Check";
    private const string SubjectRows = "subject-";
    private const int CheckBytes = 16;

    private static readonly RowCipher Cipher = new("auditfunctions subject keys");

    private readonly TableClient _table = storage.SubjectKeys;
    private readonly VersionedTable _rows = new(storage.SubjectKeys);
    private readonly ConcurrentDictionary<SecretName, string> _checked = new();

    /// <summary>A subject's data key; made when he has none yet. Of several that make it at once one wins, and all get that one's.</summary>
    /// <param name="id">Who.</param>
    /// <param name="secret">The value of the secret that wraps it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SecretException">There is a key that cannot be unwrapped, or the secret's value is another than that of the table.</exception>
    public async Task<SubjectKey> GetAsync(SubjectId id, byte[] secret, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await FindAsync(id, secret, cancellationToken) is { } known)
            {
                return known.Key;
            }

            await CheckAsync(id.Secret, secret, keep: true, cancellationToken);
            var dataKey = RandomNumberGenerator.GetBytes(SubjectKey.KeyBytes);
            var key = new SubjectKey(dataKey);
            var row = new TableEntity(id.Secret.Value, RowOf(id))
            {
                [Wrapped] = Cipher.Encrypt(secret, RowOf(id), dataKey),
                [TagColumn] = key.Tag,
                [MadeAt] = time.GetUtcNow(),
            };
            var byTag = new TableEntity(id.Secret.Value, RowOf(key.Tag)) { [SubjectColumn] = id.Hash };
            if (await TryWriteAsync([new(TableTransactionActionType.Add, row), new(TableTransactionActionType.Add, byTag)], cancellationToken))
            {
                return key;
            }
        }
    }

    /// <summary>A subject's row; null when there is none.</summary>
    /// <exception cref="SecretException">There is a key, and the secret does not unwrap it.</exception>
    public async Task<StoredSubject?> FindAsync(SubjectId id, byte[] secret, CancellationToken cancellationToken) =>
        await RowAsync(id.Secret, RowOf(id), cancellationToken) is { } row ? Read(row, id, secret) : null;

    /// <summary>Makes sure that a secret's value is the one that was used so far. Once it is, nothing is read again.</summary>
    /// <param name="name">The secret.</param>
    /// <param name="secret">Its value.</param>
    /// <param name="keep">Whether the value becomes that of the table where it has none yet.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SecretException">It is another one.</exception>
    public async Task CheckAsync(SecretName name, byte[] secret, bool keep, CancellationToken cancellationToken)
    {
        var check = Convert.ToHexStringLower(HMACSHA256.HashData(secret, "auditfunctions subject value"u8).AsSpan(0, CheckBytes));
        while (!_checked.TryGetValue(name, out var known) || known != check)
        {
            var row = await RowAsync(name, ValueRow, cancellationToken);
            var isRight = row is not null ? new StoredRow(row).Text(CheckColumn) == check : await UnwrapsAsync(name, secret, cancellationToken);
            if (!isRight)
            {
                throw new SecretException(
                    $"The value of {name} is another than the one that was used so far (table SubjectKeys, {name.Value}/{ValueRow}): one person would get a second pseudonym, no subject would be found, and who was forgotten would get a new data key. Store the former value again; to use another, name another secret in 'keys' from a date on.");
            }

            if (row is null && !keep)
            {
                return;
            }

            // Of several that write it at once one wins, and the others look again.
            if (row is not null || await TryWriteAsync([new(TableTransactionActionType.Add, new TableEntity(name.Value, ValueRow) { [CheckColumn] = check })], cancellationToken))
            {
                _checked[name] = check;
            }
        }
    }

    /// <summary>The data key that a tag stands for; null when there is none, or it was destroyed.</summary>
    /// <exception cref="SecretException">There is a key, and the secret does not unwrap it.</exception>
    public async Task<SubjectKey?> FindByTagAsync(SecretName name, byte[] secret, string tag, CancellationToken cancellationToken) =>
        await RowAsync(name, RowOf(tag), cancellationToken) is { } byTag && new StoredRow(byTag).Text(SubjectColumn) is { } hash
        && await FindAsync(new SubjectId(name, hash), secret, cancellationToken) is { Key: { IsDestroyed: false } key } && key.Tag == tag
            ? key
            : null;

    /// <summary>Destroys a subject's data key, and lets no other be made for him.</summary>
    /// <param name="id">Who.</param>
    /// <param name="secret">The value of the secret that wraps it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="SecretException">The secret's value is another than that of the table: he would be reported as forgotten, and was not.</exception>
    public async Task<bool> ForgetAsync(SubjectId id, byte[] secret, CancellationToken cancellationToken)
    {
        await CheckAsync(id.Secret, secret, keep: true, cancellationToken);
        while (true)
        {
            var row = await RowAsync(id.Secret, RowOf(id), cancellationToken);
            var stored = row is null ? null : new StoredRow(row);
            if (stored?.Known(ForgottenAt) is not null && stored.Text(Wrapped) is null)
            {
                return false;
            }

            // Whatever else the row held goes: it is replaced.
            var forgotten = new TableEntity(id.Secret.Value, RowOf(id)) { [ForgottenAt] = time.GetUtcNow() };
            if (stored?.Known(MadeAt) is { } madeAt)
            {
                forgotten[MadeAt] = madeAt;
            }

            var actions = new List<TableTransactionAction> { row is null ? new(TableTransactionActionType.Add, forgotten) : new(TableTransactionActionType.UpdateReplace, forgotten, row.ETag) };
            if (stored?.Text(TagColumn) is { } tag && await RowAsync(id.Secret, RowOf(tag), cancellationToken) is { } byTag)
            {
                actions.Add(new(TableTransactionActionType.Delete, byTag, byTag.ETag));
            }

            if (await TryWriteAsync(actions, cancellationToken))
            {
                return row is not null;
            }
        }
    }

    private static string RowOf(SubjectId id) => SubjectRows + id.Hash;

    private static string RowOf(string tag) => $"tag-{(tag.All(char.IsAsciiHexDigit) ? tag : "none")}";

    private static StoredSubject Read(TableEntity row, SubjectId id, byte[] secret)
    {
        var stored = new StoredRow(row);
        if (stored.Known(ForgottenAt) is { } forgottenAt)
        {
            return new StoredSubject(SubjectKey.Destroyed, stored.Known(MadeAt), forgottenAt);
        }

        var dataKey = stored.Text(Wrapped) is { } wrapped ? Cipher.Decrypt([secret], RowOf(id), wrapped) : null;
        return dataKey is { Length: SubjectKey.KeyBytes }
            ? new StoredSubject(new SubjectKey(dataKey), stored.Known(MadeAt), null)
            : throw new SecretException(
                $"A subject's data key cannot be read: row {row.PartitionKey}/{row.RowKey} of table SubjectKeys was damaged. Restore the row; or remove it, and he gets a new key, while what was encrypted with the lost one stays so.");
    }

    // Earlier versions kept no check: a key of theirs says whether the value is right.
    private async Task<bool> UnwrapsAsync(SecretName name, byte[] secret, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {name.Value} and RowKey ge {SubjectRows} and RowKey lt {SubjectRows + "g"} and Key ne ''");
        try
        {
            await foreach (var row in _table.QueryAsync<TableEntity>(filter, maxPerPage: 1, cancellationToken: cancellationToken))
            {
                return new StoredRow(row).Text(Wrapped) is { } wrapped && Cipher.Decrypt([secret], row.RowKey, wrapped) is not null;
            }
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == "TableNotFound")
        {
        }

        return true;
    }

    private async Task<TableEntity?> RowAsync(SecretName name, string row, CancellationToken cancellationToken)
    {
        try
        {
            return await _rows.FindAsync(name.Value, row, columns: null, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == "TableNotFound")
        {
            return null;
        }
    }

    // false: somebody else wrote one of the rows first, or the table was not there and is now.
    private async Task<bool> TryWriteAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        try
        {
            await _table.SubmitTransactionAsync(actions, cancellationToken);
            return true;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == "TableNotFound")
        {
            await _table.CreateIfNotExistsAsync(cancellationToken);
            return false;
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            return false;
        }
    }
}
