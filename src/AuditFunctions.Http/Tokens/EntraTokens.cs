using System.Collections.Concurrent;
using AuditFunctions.Configuration.Secrets;
using Azure.Core;
using Azure.Identity;

namespace AuditFunctions.Http.Tokens;

/// <summary>
/// Access tokens of Microsoft Entra, remembered until they are to be renewed. One request at a time asks for the same token. While one is still good,
/// trouble in renewing it harms nobody. Thread safe.
/// </summary>
public sealed class EntraTokens(EntraCredentials credentials, TimeProvider time)
{
    /// <summary>How long before its end a token is renewed, where its issuer names no instant.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    /// <summary>After trouble in renewing a token that is still good, it is not tried again for this long.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<EntraToken, Entry> _entries = new();

    /// <summary>A good token.</summary>
    /// <exception cref="SecretException">No identity could get one. The message shows no part of an answer.</exception>
    public async ValueTask<SecretText> GetAsync(EntraToken wanted, SecretRead read, CancellationToken cancellationToken)
    {
        var entry = _entries.GetOrAdd(wanted, _ => new Entry());
        if (entry.Good(read, time.GetUtcNow()) is { } known)
        {
            return known;
        }

        await entry.Gate.WaitAsync(cancellationToken);
        try
        {
            if (entry.Good(read, time.GetUtcNow()) is { } fresh)
            {
                return fresh;
            }

            entry.Credential ??= credentials(wanted.ClientId);
            entry.Known = await AskAsync(wanted, entry.Credential, entry.Known, cancellationToken);
            return entry.Known.Text;
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    private async Task<Token> AskAsync(EntraToken wanted, TokenCredential credential, Token? known, CancellationToken cancellationToken)
    {
        try
        {
            var token = await credential.GetTokenAsync(new TokenRequestContext([wanted.Scope]), cancellationToken);
            var now = time.GetUtcNow();
            var life = token.ExpiresOn - now;
            var renewAt = token.RefreshOn ?? (life > 2 * Margin ? token.ExpiresOn - Margin : now + (life / 2));
            return new Token(new SecretText(token.Token), now, renewAt, token.ExpiresOn);
        }
        catch (AuthenticationFailedException) when (known is not null && known.EndsAt > time.GetUtcNow())
        {
            return known with { RenewAt = time.GetUtcNow() + RetryAfter };
        }
        catch (AuthenticationFailedException exception)
        {
            var who = wanted.ClientId is { } clientId ? $"the identity '{clientId}'" : "the app's identity";
            throw new SecretException(
                $"No token for {wanted.Scope}: {who} could not sign in ({exception.GetType().Name}). Check that the managed identity exists and is assigned to the app, or sign in with the Azure CLI when you run locally.");
        }
    }

    private sealed class Entry
    {
        private volatile Token? _known;

        public SemaphoreSlim Gate { get; } = new(1);

        public TokenCredential? Credential { get; set; }

        public Token? Known
        {
            get => _known;
            set => _known = value;
        }

        // One that was just refused is asked for again, unless that happened a moment ago.
        public SecretText? Good(SecretRead read, DateTimeOffset now) =>
            _known is { } known && known.RenewAt > now && known.EndsAt > now && (read == SecretRead.Cached || (now - known.AskedAt).Duration() < ISecretStore.FreshFor) ? known.Text : null;
    }

    private sealed record Token(SecretText Text, DateTimeOffset AskedAt, DateTimeOffset RenewAt, DateTimeOffset EndsAt);
}
