using System.Text;
using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Http;
using AuditFunctions.Http.Signatures;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.OAuth2;

/// <summary>
/// OAuth 2.0 grants (RFC 6749): client credentials (section 4.4), refresh token (section 6), a user's password (section 4.3), Zoom's account
/// credentials, and a signed statement (RFC 7523). The client's name goes into the body or into a Basic header, or a signed statement stands for its
/// secret; the request is a form, or JSON for Auth0.
/// </summary>
internal sealed class OAuth2Auth : IAuthScheme
{
    private const int MaxAnswerBytes = 256 * 1024;
    private const string BearerGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private readonly TextTemplate _tokenUrl;
    private readonly TextTemplate? _clientId;
    private readonly TextTemplate? _clientSecret;
    private readonly TextTemplate? _scope;
    private readonly JwtClaims? _assertion;
    private readonly JwtClaims? _clientAssertion;
    private readonly RefreshTokens? _refresh;
    private readonly string _advice;
    private readonly bool _clientInHeader;
    private readonly string _format;
    private readonly string _header;
    private readonly List<KeyValuePair<string, TextTemplate>> _fields = [];
    private readonly List<KeyValuePair<string, TextTemplate>> _headers = [];

    /// <inheritdoc/>
    public IReadOnlyList<string> TokenAddresses => [_tokenUrl.ToString()];

    /// <inheritdoc/>
    public bool ReplacesSecrets => _refresh is { Rotates: true };

    private OAuth2Auth(SettingReader reader, string baseUrl)
    {
        var grant = reader.Choice("grant", "client_credentials", "refresh_token", "account_credentials", "password", "jwt-bearer");
        var client = reader.Choice("client", "body", "basic", "private_key_jwt");
        _assertion = grant == "jwt-bearer" ? new JwtClaims(reader) : null;
        _clientAssertion = client == "private_key_jwt" && _assertion is null ? new JwtClaims(reader) : null;
        if (client == "private_key_jwt" && _assertion is not null)
        {
            reader.Problems.Add(reader.At("client"), "is 'private_key_jwt', but with the grant jwt-bearer the key signs the statement itself; leave it out.");
        }

        _tokenUrl = Absolute(AuthValue.Required(reader, "tokenUrl"), baseUrl, reader);
        _clientId = _assertion is null ? AuthValue.Required(reader, "clientId") : reader.Template("clientId");
        _clientSecret = _assertion is null && _clientAssertion is null && grant != "password"
            ? AuthValue.Required(reader, "clientSecret")
            : reader.Template("clientSecret");
        _clientInHeader = client == "basic";
        _format = reader.Choice("format", "form", "json", "query");
        _header = reader.Text("header") ?? "Bearer";
        _fields.Add(new("grant_type", TextTemplate.OfLiteral(_assertion is null ? grant : BearerGrant)));
        if (grant == "refresh_token")
        {
            _refresh = new RefreshTokens(AuthValue.Required(reader, "refreshToken"), reader.Flag("rotates") == true);
        }
        else if (grant == "password")
        {
            _fields.Add(new("username", AuthValue.Required(reader, "username")));
            _fields.Add(new("password", AuthValue.Required(reader, "password")));
        }

        _advice = grant switch
        {
            "refresh_token" => "Check the refresh token, which may have been revoked, or replaced when it was used; and the client id and secret.",
            "password" => "Check the user name and password; and the client id and secret.",
            _ when _assertion is not null || _clientAssertion is not null => "Check the key and the claims, and that the vendor knows the key.",
            _ => "Check the client id and secret.",
        };
        _scope = reader.Template("scope");
        if (_scope is not null && _assertion is not { IsOfServiceAccount: true })
        {
            _fields.Add(new("scope", _scope));
        }

        Add(reader.Map("fields"), _fields);
        Add(reader.Map("headers"), _headers);
        foreach (var (name, _) in _headers)
        {
            HeaderName.Check(name, reader.At("headers"), reader.Problems);
        }
    }

    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "oauth2",
        "`oauth2` | below | `Authorization: Bearer …` with an access token.",
        (reader, baseUrl) => new OAuth2Auth(reader, baseUrl));

    /// <inheritdoc/>
    public async ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        var (token, refusal) = await context.Tokens.GetAsync(context.TokenKey, ct => AskAsync(context, ct), cancellationToken);
        if (token is not null)
        {
            context.Credentials.Add(token);
            draft.Headers.Add(new("Authorization", $"{_header} {token.Reveal()}"));
        }

        return refusal is null ? null : refusal with { Advice = _advice };
    }

    private static void Add(SettingReader? map, List<KeyValuePair<string, TextTemplate>> into)
    {
        foreach (var (name, _) in map?.All() ?? [])
        {
            if (map!.Template(name) is { } value)
            {
                into.Add(new(name, value));
            }
        }
    }

    private static TextTemplate Absolute(TextTemplate url, string baseUrl, SettingReader reader)
    {
        var text = url.ToString();
        if (text.StartsWith('/'))
        {
            return TextTemplate.Parse(baseUrl.TrimEnd('/') + text);
        }

        if (url.Literal is { Length: > 0 } literal && HttpsUrl.WhatIsWrong(literal) is { } wrong)
        {
            reader.Problems.Add(reader.At("tokenUrl"), wrong);
        }

        return url;
    }

    private async Task<(SecretText? Token, TimeSpan Life, AuthRefusal? Refusal)> AskAsync(AuthContext context, CancellationToken cancellationToken)
    {
        var tokenUrl = AuthValue.Render(_tokenUrl, context.Values);
        if (!Uri.TryCreate(tokenUrl, UriKind.Absolute, out var url) || !HttpsUrl.IsAllowed(url))
        {
            return (null, default, new AuthRefusal(0, "the token URL is not an https:// URL.", null));
        }

        var answer = _refresh is null
            ? await RequestAsync(url, refresh: null, context, cancellationToken)
            : await _refresh.RenewAsync(
                context, $"{tokenUrl}\n{AuthValue.Render(_clientId!, context.Values)}", (refresh, ct) => RequestAsync(url, refresh, context, ct), cancellationToken);
        return (answer.Access, answer.Life, answer.Refusal);
    }

    private async Task<TokenAnswer> RequestAsync(Uri url, SecretText? refresh, AuthContext context, CancellationToken cancellationToken)
    {
        try
        {
            using var message = Draft(url, refresh, context).ToMessage();

            // On a connection that was used before, a request without a body whose answer broke off could be sent again unseen, with the token that is spent.
            message.Headers.ConnectionClose = refresh is null ? null : true;
            using var response = await context.SendAsync(message, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                var refusal = new AuthRefusal(
                    (int)response.StatusCode,
                    $"the token request to {url.GetLeftPart(UriPartial.Path)} answered {(int)response.StatusCode}",
                    RetryAfter.Of(response, context.Values.Now));
                return TokenAnswer.Of(await refusal.LookedAtAsync(response, cancellationToken));
            }

            await response.Content.LoadIntoBufferAsync(MaxAnswerBytes, cancellationToken);
            return TokenAnswer.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken), url);
        }
        catch (SigningException exception)
        {
            return TokenAnswer.Of(new AuthRefusal(401, exception.Message, null));
        }
        catch (HttpRequestException exception)
        {
            var reason = $"the token request to {url.GetLeftPart(UriPartial.Path)} failed: {ConnectionFailure.InWords(exception, url)}";
            return TokenAnswer.Of(new AuthRefusal(0, reason, null));
        }
    }

    private RequestDraft Draft(Uri url, SecretText? refresh, AuthContext context)
    {
        var values = context.Values;
        var draft = new RequestDraft(HttpMethod.Post, url);
        var fields = new List<KeyValuePair<string, string>>();
        if (_clientInHeader && _clientId is not null)
        {
            var value = AuthValue.Basic(AuthValue.Render(_clientId, values), _clientSecret is null ? "" : AuthValue.Render(_clientSecret, values));
            draft.Headers.Add(new("Authorization", value));
        }
        else
        {
            AddIf(_clientId, "client_id");
            AddIf(_clientSecret, "client_secret");
        }

        fields.AddRange(_fields
            .Select(field => (field.Key, Value: AuthValue.Render(field.Value, values)))
            .Where(field => field.Value is not null)
            .Select(field => new KeyValuePair<string, string>(field.Key, field.Value!)));
        if (refresh is not null)
        {
            fields.Add(new("refresh_token", refresh.Reveal()));
        }

        if (_assertion is not null)
        {
            var scope = _assertion.IsOfServiceAccount && _scope is not null ? AuthValue.Render(_scope, values) : null;
            fields.Add(Statement("assertion", _assertion.Write(values, context.NewNumber(), ("aud", url.AbsoluteUri), ("scope", scope))));
        }

        if (_clientAssertion is not null)
        {
            var client = AuthValue.Render(_clientId!, values);
            fields.Add(new("client_assertion_type", AssertionType));
            fields.Add(Statement("client_assertion", _clientAssertion.Write(values, context.NewNumber(), ("aud", url.AbsoluteUri), ("iss", client), ("sub", client))));
        }

        draft.Headers.Add(new("Accept", "application/json"));
        foreach (var (name, template) in _headers)
        {
            if (AuthValue.Render(template, values) is { } value)
            {
                draft.Headers.Add(new(name, value));
            }
        }

        switch (_format)
        {
            case "query":
                draft.Query.AddRange(fields);
                break;
            case "json":
                draft.Body = JsonSerializer.SerializeToUtf8Bytes(fields.ToDictionary(), TokenJson.Default.DictionaryStringString);
                break;
            default:
                var form = fields.Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}");
                draft.Body = Encoding.UTF8.GetBytes(string.Join('&', form));
                draft.ContentType = "application/x-www-form-urlencoded";
                break;
        }

        return draft;

        // Where fields stand in the query, whoever is shown the address would see it.
        KeyValuePair<string, string> Statement(string name, string signed)
        {
            context.Credentials.Add(new SecretText(signed));
            return new(name, signed);
        }

        void AddIf(TextTemplate? template, string name)
        {
            if (template is not null)
            {
                fields.Add(new(name, AuthValue.Render(template, values) ?? ""));
            }
        }
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class TokenJson : System.Text.Json.Serialization.JsonSerializerContext;
