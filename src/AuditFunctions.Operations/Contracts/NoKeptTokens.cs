using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Sources.Auth;

namespace AuditFunctions.Operations.Contracts;

/// <summary>An installation where no vendor ever replaced a refresh token: where there is no storage.</summary>
internal sealed class NoKeptTokens : IKeptTokens
{
    /// <inheritdoc/>
    public Task<TokenTurn> TakeAsync(string place, SecretText given, TokenUse use, CancellationToken cancellationToken) => Task.FromResult<TokenTurn>(new TokenTurn.Free());

    /// <inheritdoc/>
    public Task KeepFirstAsync(string place, TokenPair tokens) => Task.CompletedTask;
}
