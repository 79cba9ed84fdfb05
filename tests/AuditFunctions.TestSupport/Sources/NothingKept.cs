using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Sources.Auth;

namespace AuditFunctions.Tests.Sources;

/// <summary>An installation where no vendor ever replaced a refresh token, for tests without storage.</summary>
internal sealed class NothingKept : IKeptTokens
{
    public Task<TokenTurn> TakeAsync(string place, SecretText given, TokenUse use, CancellationToken cancellationToken) => Task.FromResult<TokenTurn>(new TokenTurn.Free());

    public Task KeepFirstAsync(string place, TokenPair tokens) => Task.CompletedTask;
}
