using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;
using AuditFunctions.Http;
using AuditFunctions.Http.Signatures;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.Login;

/// <summary>
/// A request of the vendor's own that gives a token for a name and password, in its body, in a header or as a cookie. The token is used until its
/// life is over or the vendor refuses it.
/// </summary>
internal sealed class LoginAuth : IAuthScheme
{
    private const int MaxAnswerBytes = 256 * 1024;
    private static readonly TimeSpan DefaultLife = TimeSpan.FromMinutes(30);

    private readonly RequestDefinition _request;
    private readonly PagePlan? _body;
    private readonly string? _path;
    private readonly string? _answerHeader;
    private readonly string? _cookie;
    private readonly string _header;
    private readonly string _prefix;
    private readonly TimeSpan _life;
    private readonly JwtClaims? _statement;

    /// <inheritdoc/>
    public IReadOnlyList<string> TokenAddresses => [_request.Url.ToString()];

    private LoginAuth(SettingReader reader, string baseUrl)
    {
        _request = RequestReader.Required(reader, "request", "the request that gives the token.", baseUrl, secrets: null);
        (_path, _answerHeader, _cookie) = (reader.Text("token"), HeaderName.Of(reader, "tokenHeader"), reader.Text("tokenCookie"));
        if (new[] { _path, _answerHeader, _cookie }.Count(place => place is not null) != 1)
        {
            reader.Problems.Add(
                reader.At("token"),
                "must say where the token stands in the answer: one of 'token' (a path in the body), 'tokenHeader' and 'tokenCookie'.");
        }
        else if (_path is not null)
        {
            if (JsonPath.TryParse(_path, out var path, out var error))
            {
                // No events are looked for: a name that no answer has.
                _body = new PagePlan(PageFormat.Json, JsonPath.Parse("['\u0001']"), [], [path]);
            }
            else
            {
                reader.Problems.Add(reader.At("token"), error);
            }
        }

        _header = reader.Text("header") ?? (_cookie is null ? "Authorization" : "Cookie");
        HeaderName.Check(_header, reader.At("header"), reader.Problems);
        _prefix = reader.Text("prefix") ?? (_header == "Authorization" ? "Bearer" : "");
        _life = reader.Duration("life", TimeSpan.FromMinutes(1), TimeSpan.FromDays(1)) ?? DefaultLife;
        if (reader.Map("statement") is { } statement)
        {
            _statement = new JwtClaims(statement);
            statement.Finish();
        }

        if (_statement is null == _request.Placeholders().Contains(RunPlaceholders.LoginStatement))
        {
            reader.Problems.Add(reader.At("statement"), _statement is null
                ? $"is missing: what is signed for '{{{RunPlaceholders.LoginStatement}}}', which the request uses."
                : $"is used nowhere: put '{{{RunPlaceholders.LoginStatement}}}' into the request.");
        }
    }

    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "login",
        "`login` | below | A token that a login request gives.",
        (reader, baseUrl) => new LoginAuth(reader, baseUrl));

    /// <inheritdoc/>
    public async ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        var (token, refusal) = await context.Tokens.GetAsync(context.TokenKey, ct => AskAsync(context, ct), cancellationToken);
        if (token is not null)
        {
            context.Credentials.Add(token);
            var value = _cookie is null ? token.Reveal() : $"{_cookie}={token.Reveal()}";
            draft.Headers.Add(new(_header, _prefix.Length > 0 ? $"{_prefix} {value}" : value));
        }

        return refusal;
    }

    private static AuthRefusal Refused(int status, string reason, TimeSpan? wait = null) =>
        new(status, reason, wait) { Advice = "Check the name and the secret that the login request sends." };

    private async Task<(SecretText? Token, TimeSpan Life, AuthRefusal? Refusal)> AskAsync(AuthContext context, CancellationToken cancellationToken)
    {
        try
        {
            if (_statement?.Write(context.Values, context.NewId()) is { } signed)
            {
                context.Values.Statement = new SecretText(signed);
                context.Credentials.Add(context.Values.Statement);
            }
        }
        catch (SigningException exception)
        {
            return (null, default, AuthRefusal.OfKey(exception));
        }

        using var message = RequestBuilder.Build(_request, cursorIsUrl: false, context.Values).ToMessage();
        try
        {
            using var response = await context.SendAsync(message, cancellationToken);
            var status = (int)response.StatusCode;
            if (!response.IsSuccessStatusCode)
            {
                var refusal = Refused(status, $"the login request, {_request.Shown}, answered {status}", RetryAfter.Of(response, context.Values.Now));
                return (null, default, await refusal.LookedAtAsync(response, cancellationToken));
            }

            return await TokenOfAsync(response, cancellationToken) is { Length: > 0 } token
                ? (new SecretText(token), _life, null)
                : (null, default, Refused(0, $"the answer to the login request, {_request.Shown}, holds no token at '{_path ?? _answerHeader ?? _cookie}'"));
        }
        catch (HttpRequestException exception)
        {
            return (null, default, Refused(0, $"the login request failed: {ConnectionFailure.InWords(exception, message.RequestUri!)}"));
        }
    }

    private async Task<string?> TokenOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (_answerHeader is not null)
        {
            return response.Headers.TryGetValues(_answerHeader, out var values) ? values.FirstOrDefault() : null;
        }

        if (_cookie is not null)
        {
            return CookieOf(response, _cookie);
        }

        using var bytes = new PooledBytes();
        using var cut = new CutPage();
        if (!await PageReader.ReadAsync(response.Content, bytes, MaxAnswerBytes, cancellationToken) || PageCutter.Cut(bytes.WrittenSpan, _body!, cut, cancellationToken) is not null)
        {
            return null;
        }

        var slice = cut.PageField(0);
        return slice.Kind == JsonKind.String ? JsonText.Unescape(bytes.WrittenSpan, slice) : null;
    }

    private static string? CookieOf(HttpResponseMessage response, string name)
    {
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var values) ? values : [])
        {
            var pair = cookie.Split(';', 2)[0].Split('=', 2);
            if (pair.Length == 2 && pair[0].Trim() == name)
            {
                return pair[1].Trim();
            }
        }

        return null;
    }
}
