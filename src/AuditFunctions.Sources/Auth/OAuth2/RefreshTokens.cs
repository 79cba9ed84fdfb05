using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Sources.Auth.OAuth2;

/// <summary>
/// A refresh token that the vendor may replace when it is used (RFC 6749, section 6; RFC 9700, section 2.2.2): one process at a time uses it, the new one is
/// kept before anything else is done, and the others take the access token that came with it.
/// </summary>
/// <param name="given">The token that stands in the vault.</param>
/// <param name="rotates">Whether the vendor is known to replace it.</param>
internal sealed class RefreshTokens(TextTemplate given, bool rotates)
{
    /// <summary>Whether the vendor is known to replace it.</summary>
    public bool Rotates => rotates;

    /// <summary>A token request: with which refresh token, and whether it can be cancelled.</summary>
    internal delegate Task<TokenAnswer> Ask(SecretText refresh, CancellationToken cancellationToken);

    /// <summary>An access token.</summary>
    /// <param name="context">The request's surroundings.</param>
    /// <param name="owner">Token endpoint and client, which the token belongs to.</param>
    /// <param name="ask">Asks the token endpoint.</param>
    /// <param name="cancellationToken">Ends the wait for the turn.</param>
    public async Task<TokenAnswer> RenewAsync(AuthContext context, string owner, Ask ask, CancellationToken cancellationToken)
    {
        var first = new SecretText(AuthValue.Render(given, context.Values) ?? "");
        var place = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{owner}\n{first.Reveal()}")).AsSpan(0, 20));
        var kept = context.Tokens.Kept;
        switch (await kept.TakeAsync(place, first, new TokenUse(rotates, context.Read == SecretRead.Fresh), cancellationToken))
        {
            case TokenTurn.Renewed { Tokens: var tokens }:
                context.Credentials.Add(tokens.Refresh);
                return new TokenAnswer(tokens.Access, tokens.EndsAt - context.Values.Now, null, null);
            case TokenTurn.Ours ours:
                return await UseAsync(ours, context, ask);
            default:
                var answer = await ask(first, cancellationToken);
                if (answer is { Access: { } access, Refresh: { } next })
                {
                    context.Credentials.Add(next);
                    if (!next.SameAs(first))
                    {
                        await kept.KeepFirstAsync(place, new TokenPair(next, access, context.Values.Now + answer.Life));
                    }
                }

                return answer;
        }
    }

    // Not cancelled: a token that was sent may be spent, and its successor lost.
    private static async Task<TokenAnswer> UseAsync(TokenTurn.Ours turn, AuthContext context, Ask ask)
    {
        context.Credentials.Add(turn.Refresh);
        using var longest = new CancellationTokenSource(turn.LongestRequest, turn.Time);
        var isSpent = false;
        try
        {
            var answer = await ask(turn.Refresh, longest.Token);
            if (answer.Access is { } access)
            {
                // From here on nobody else may take the turn with the former token, kept or not.
                isSpent = true;
                var next = answer.Refresh ?? turn.Refresh;
                context.Credentials.Add(next);
                await turn.KeepAsync(new TokenPair(next, access, context.Values.Now + answer.Life));
            }

            return answer;
        }
        catch (OperationCanceledException) when (longest.IsCancellationRequested)
        {
            return TokenAnswer.Of(new AuthRefusal(0, $"the token request had no answer within {turn.LongestRequest.TotalSeconds:0} s", null));
        }
        finally
        {
            if (!isSpent)
            {
                await turn.GiveBackAsync();
            }
        }
    }
}
