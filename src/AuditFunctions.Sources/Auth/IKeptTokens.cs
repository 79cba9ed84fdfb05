using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Sources.Auth;

/// <summary>
/// Refresh tokens that a vendor replaced when they were used, kept where every process of the installation finds them. Each is found by the token that stands
/// in the vault: who puts a new one there begins anew. Thread safe.
/// </summary>
public interface IKeptTokens
{
    /// <summary>Takes the turn to use a refresh token; waits while another process has it.</summary>
    /// <param name="place">What names the token; reveals nothing of it.</param>
    /// <param name="given">The token that stands in the vault.</param>
    /// <param name="use">How it is used.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SecretException">What is kept cannot be read, or there is no place to keep what will come.</exception>
    Task<TokenTurn> TakeAsync(string place, SecretText given, TokenUse use, CancellationToken cancellationToken);

    /// <summary>Keeps the first token that came in place of the given one, if there is a place to keep it.</summary>
    Task KeepFirstAsync(string place, TokenPair tokens);
}

/// <summary>How a refresh token is used.</summary>
/// <param name="Rotates">Whether the vendor is known to replace it at each use: then it is not used where the new one has no place.</param>
/// <param name="IsRefused">Whether the access token that this process had was refused.</param>
public readonly record struct TokenUse(bool Rotates, bool IsRefused);

/// <summary>What came of a token request.</summary>
/// <param name="Refresh">The refresh token to use next.</param>
/// <param name="Access">The access token.</param>
/// <param name="EndsAt">When that expires.</param>
public sealed record TokenPair(SecretText Refresh, SecretText Access, DateTimeOffset EndsAt);

/// <summary>Whose turn it is.</summary>
public abstract record TokenTurn
{
    private TokenTurn()
    {
    }

    /// <summary>Nothing was ever replaced: the given token is used as it is, by whoever wants to.</summary>
    public sealed record Free : TokenTurn;

    /// <summary>Another process has renewed the access token.</summary>
    public sealed record Renewed(TokenPair Tokens) : TokenTurn;

    /// <summary>It is ours, for a minute: ask with this token, then keep what came or give the turn back.</summary>
    /// <param name="Refresh">The newest refresh token.</param>
    /// <param name="KeepAsync">Keeps what came. Cannot be cancelled: the former token is of no use any more.</param>
    /// <param name="GiveBackAsync">Lets others try: nothing came.</param>
    public sealed record Ours(SecretText Refresh, Func<TokenPair, Task> KeepAsync, Func<Task> GiveBackAsync) : TokenTurn
    {
        /// <summary>How long a token request may take, so that nobody else's turn has begun when its answer comes.</summary>
        public required TimeSpan LongestRequest { get; init; }

        /// <summary>The clock of that.</summary>
        public required TimeProvider Time { get; init; }
    }
}
