using System.Collections.Concurrent;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Pipeline.Storage.Tables;
using AuditFunctions.Sources.Auth;
using Azure;
using Azure.Data.Tables;

namespace AuditFunctions.Pipeline.Storage.Tokens;

/// <summary>
/// Refresh tokens that were replaced, in table <c>Checkpoints</c>, partition <c>_tokens</c>, encrypted with the installation's key. A row is also the turn to
/// use its token: the column <c>TurnUntil</c>, written over the version that was read.
/// </summary>
public sealed class KeptTokens(StorageAccount storage, InstallationKeys keys, TimeProvider time) : IKeptTokens
{
    /// <summary>The partition of the rows; no source can have this name.</summary>
    public const string Partition = "_tokens";

    private const string TurnUntil = "TurnUntil";
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly VersionedTable _rows = new(storage.Checkpoints);

    // What this process knows and storage did not take, with the token in whose place it came: better than what is there.
    private readonly ConcurrentDictionary<string, (SecretText? Former, TokenPair Tokens)> _unkept = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SecretText> _handedOut = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<TokenTurn> TakeAsync(string place, SecretText given, TokenUse use, CancellationToken cancellationToken)
    {
        while (true)
        {
            var row = await _rows.FindAsync(Partition, place, columns: null, cancellationToken);
            if (row is null && !use.Rotates && !_unkept.ContainsKey(place))
            {
                return new TokenTurn.Free();
            }

            if (!keys.Exist)
            {
                throw new SecretException("The vendor replaces the refresh token when it is used, and the new one needs a key to be kept: set Messages__Key, the same for all processes of the installation.");
            }

            if (_unkept.TryGetValue(place, out var unkept))
            {
                // Before anything else is done: others would use the one that is spent, and so would this process after a restart.
                await KeepAsync(place, unkept.Former, unkept.Tokens, row?.ETag);
                continue;
            }

            var known = row is null ? null : await KeptRow.ReadAsync(row, keys, cancellationToken);
            var isSpent = known is null
                || known.EndsAt - time.GetUtcNow() <= TokenCache.Margin
                || (use.IsRefused && known.Access.SameAs(_handedOut.GetValueOrDefault(place)));
            if (!isSpent)
            {
                _handedOut[place] = known!.Access;
                return new TokenTurn.Renewed(known);
            }

            if (row is null || TurnOf(row) is not { } until || until <= time.GetUtcNow())
            {
                var taken = new TableEntity(Partition, place) { [TurnUntil] = time.GetUtcNow() + Turn };
                var version = row is null ? await _rows.TryAddAsync(taken, cancellationToken) : await _rows.TryMergeAsync(taken, row.ETag, cancellationToken);
                if (version is { } ours)
                {
                    return new TokenTurn.Ours(
                        known?.Refresh ?? given, tokens => KeepAsync(place, known?.Refresh, tokens, ours), () => GiveBackAsync(place, ours))
                    {
                        LongestRequest = LongestRequest,
                        Time = time,
                    };
                }
            }

            await Task.Delay(Look, time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task KeepFirstAsync(string place, TokenPair tokens)
    {
        // Of two processes that began at the same time one has the newest token, and nobody knows which: the one that was kept is tried.
        if (keys.Exist)
        {
            _unkept[place] = (null, tokens);
            _handedOut[place] = tokens.Access;
            _ = await _rows.TryAddAsync(await KeptRow.WriteAsync(place, tokens, keys, CancellationToken.None), CancellationToken.None);
            _unkept.TryRemove(place, out _);
        }
    }

    private async Task KeepAsync(string place, SecretText? former, TokenPair tokens, ETag? version)
    {
        _unkept[place] = (former, tokens);
        _handedOut[place] = tokens.Access;
        var row = await KeptRow.WriteAsync(place, tokens, keys, CancellationToken.None);
        while (await _rows.TryPutAsync(row, version, CancellationToken.None) is null)
        {
            // Our own write whose answer was lost, or a turn after ours, whose token is newer. Whatever else touched the row does not count.
            var there = await _rows.FindAsync(Partition, place, columns: null, CancellationToken.None);
            version = there?.ETag;
            if (there is not null && await KeptRow.ReadAsync(there, keys, CancellationToken.None) is { } found && !found.Refresh.SameAs(former))
            {
                break;
            }
        }

        _unkept.TryRemove(place, out _);
    }

    private async Task GiveBackAsync(string place, ETag version) =>
        _ = await _rows.TryMergeAsync(new TableEntity(Partition, place) { [TurnUntil] = DateTimeOffset.UnixEpoch }, version, CancellationToken.None);

    private static DateTimeOffset? TurnOf(TableEntity row) => new StoredRow(row).Known(TurnUntil);
}
