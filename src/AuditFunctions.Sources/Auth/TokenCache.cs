using System.Collections.Concurrent;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Sources.Auth;

/// <summary>Access tokens until shortly before they expire. One request at a time asks for the same token. Thread safe.</summary>
/// <param name="time">The clock.</param>
/// <param name="kept">Tokens that outlive the process.</param>
public sealed class TokenCache(TimeProvider time, IKeptTokens kept)
{
    /// <summary>How long before its end a token counts as expired.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Tokens that outlive the process.</summary>
    public IKeptTokens Kept => kept;

    /// <summary>A good token, asked for when there is none.</summary>
    /// <param name="key">What the token is for.</param>
    /// <param name="ask">Asks for a token and how long it is good.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<(SecretText? Token, AuthRefusal? Refusal)> GetAsync(
        string key,
        Func<CancellationToken, Task<(SecretText? Token, TimeSpan Life, AuthRefusal? Refusal)>> ask,
        CancellationToken cancellationToken)
    {
        var entry = _entries.GetOrAdd(key, _ => new Entry());
        if (entry.Known is { } known && known.EndsAt > time.GetUtcNow())
        {
            return (known.Token, null);
        }

        await entry.Gate.WaitAsync(cancellationToken);
        try
        {
            if (entry.Known is { } fresh && fresh.EndsAt > time.GetUtcNow())
            {
                return (fresh.Token, null);
            }

            var (token, life, refusal) = await ask(cancellationToken);
            if (token is not null)
            {
                entry.Known = new Known(token, time.GetUtcNow() + (life > 2 * Margin ? life - Margin : life / 2));
            }

            return (token, refusal);
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    /// <summary>
    /// Forgets a token that was refused. One that came in its place meanwhile stays: asked for by each request that was under way, tokens of a vendor that takes only
    /// the newest would refuse each other.
    /// </summary>
    /// <param name="key">What the token is for.</param>
    /// <param name="used">The credentials of the request that was refused.</param>
    public void Forget(string key, IEnumerable<SecretText> used)
    {
        if (_entries.TryGetValue(key, out var entry) && entry.Known is { } known && used.Any(known.Token.SameAs))
        {
            _entries.TryRemove(new KeyValuePair<string, Entry>(key, entry));
        }
    }

    /// <summary>Forgets everything whose key begins so.</summary>
    public void ForgetBelow(string prefix)
    {
        foreach (var key in _entries.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            _entries.TryRemove(key, out _);
        }
    }

    private sealed class Entry
    {
        public SemaphoreSlim Gate { get; } = new(1);

        // Token and end in one, since they are read without the gate.
        public volatile Known? Known;
    }

    private sealed record Known(SecretText Token, DateTimeOffset EndsAt);
}
