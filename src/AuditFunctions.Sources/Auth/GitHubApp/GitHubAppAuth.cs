using System.Globalization;
using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;
using AuditFunctions.Http;
using AuditFunctions.Http.Signatures;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.GitHubApp;

/// <summary>
/// A GitHub App: a statement signed with the app's key is exchanged for a token of one installation, good for an hour
/// (docs.github.com, "Authenticating as a GitHub App installation", read 2026-11-26).
/// </summary>
internal sealed class GitHubAppAuth : IAuthScheme
{
    private const int MaxAnswerBytes = 256 * 1024;

    // GitHub takes ten minutes at most, and clocks differ.
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(9);
    private static readonly TimeSpan DefaultLife = TimeSpan.FromMinutes(30);

    private readonly TextTemplate _appId;
    private readonly TextTemplate _key;
    private readonly string _installation;
    private readonly TextTemplate _baseUrl;

    private GitHubAppAuth(SettingReader reader, string baseUrl)
    {
        (_appId, _key, _installation) = (AuthValue.Required(reader, "appId"), AuthValue.Required(reader, "key"), reader.Required("installation"));
        _baseUrl = TextTemplate.Parse(baseUrl.TrimEnd('/'));
        if (_installation.Length > 0 && _installation[0] != '/' && !_installation.All(char.IsAsciiDigit))
        {
            reader.Problems.Add(reader.At("installation"), "must be the installation's number, or the path that names it, such as /orgs/acme/installation.");
        }
    }

    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "github-app",
        "`github-app` | `appId`, `key` (private key in PEM), `installation` (its number, or a path such as `/orgs/acme/installation`) | "
        + "`Authorization: Bearer …` with a token of the installation.",
        (reader, baseUrl) => new GitHubAppAuth(reader, baseUrl));

    /// <inheritdoc/>
    public async ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        var (token, refusal) = await context.Tokens.GetAsync(context.TokenKey, ct => AskAsync(context, ct), cancellationToken);
        if (token is not null)
        {
            context.Credentials.Add(token);
            draft.Headers.Add(new("Authorization", $"Bearer {token.Reveal()}"));
        }

        return refusal is null ? null : refusal with { Advice = "Check the app's id and key, and that it is installed there with the right to read the audit log." };
    }

    private async Task<(SecretText? Token, TimeSpan Life, AuthRefusal? Refusal)> AskAsync(AuthContext context, CancellationToken cancellationToken)
    {
        try
        {
            var statement = Statement(context.Values);
            var number = _installation;
            if (_installation.StartsWith('/'))
            {
                var (found, refused) = await SendAsync(HttpMethod.Get, _installation, statement, context, cancellationToken);
                using (found)
                {
                    if (refused is not null || Member(found, "id") is not { } id)
                    {
                        return (null, default, refused ?? new AuthRefusal(0, $"the answer of GET {_installation} holds no id", null));
                    }

                    number = id;
                }
            }

            var (answer, refusal) = await SendAsync(HttpMethod.Post, $"/app/installations/{Uri.EscapeDataString(number)}/access_tokens", statement, context, cancellationToken);
            using (answer)
            {
                return Member(answer, "token") is { } token
                    ? (new SecretText(token), LifeOf(Member(answer, "expires_at"), context.Values.Now), null)
                    : (null, default, refusal ?? new AuthRefusal(0, "the answer to the token request holds no token", null));
            }
        }
        catch (SigningException exception)
        {
            return (null, default, AuthRefusal.OfKey(exception));
        }
        catch (JsonException)
        {
            return (null, default, new AuthRefusal(0, "the answer to the token request is not JSON", null));
        }
    }

    private static TimeSpan LifeOf(string? endsAt, DateTimeOffset now) =>
        DateTimeOffset.TryParse(endsAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) && end > now ? end - now : DefaultLife;

    private static string? Member(JsonDocument? answer, string name) =>
        answer?.RootElement.Member(name)?.AsText() is { Length: > 0 } text ? text : null;

    private string Statement(RequestValues values)
    {
        var header = new Dictionary<string, object>(StringComparer.Ordinal) { ["alg"] = "RS256", ["typ"] = "JWT" };
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["iat"] = (values.Now - Early).ToUnixTimeSeconds(),
            ["exp"] = (values.Now + Life).ToUnixTimeSeconds(),
            ["iss"] = AuthValue.Render(_appId, values) ?? "",
        };
        return SignedToken.Write("RS256", AuthValue.Render(_key, values) ?? "", header, claims);
    }

    private async Task<(JsonDocument? Answer, AuthRefusal? Refusal)> SendAsync(
        HttpMethod method, string path, string statement, AuthContext context, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(AuthValue.Render(_baseUrl, context.Values) + path, UriKind.Absolute, out var url) || !HttpsUrl.IsAllowed(url))
        {
            return (null, new AuthRefusal(0, "the base URL is not an https:// URL.", null));
        }

        var draft = new RequestDraft(method, url);
        context.Credentials.Add(new SecretText(statement));
        draft.Headers.Add(new("Authorization", $"Bearer {statement}"));
        draft.Headers.Add(new("Accept", "application/vnd.github+json"));
        using var message = draft.ToMessage();
        try
        {
            using var response = await context.SendAsync(message, cancellationToken);
            var status = (int)response.StatusCode;
            if (!response.IsSuccessStatusCode)
            {
                var refusal = new AuthRefusal(status, $"{method} {path} answered {status}", RetryAfter.Of(response, context.Values.Now));
                return (null, await refusal.LookedAtAsync(response, cancellationToken));
            }

            await response.Content.LoadIntoBufferAsync(MaxAnswerBytes, cancellationToken);
            return (JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken)), null);
        }
        catch (HttpRequestException exception)
        {
            return (null, new AuthRefusal(0, $"{method} {path} failed: {ConnectionFailure.InWords(exception, message.RequestUri!)}", null));
        }
    }
}
