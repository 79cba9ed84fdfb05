using System.Buffers.Text;
using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Http.Signatures;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth;

/// <summary>
/// A signed statement that stands for a client, a user or a request: claims of the template, signed with a private key, with the key of a Google service
/// account or with a shared secret. What the template does not claim is filled in.
/// </summary>
internal sealed class JwtClaims
{
    private static readonly TimeSpan DefaultLife = TimeSpan.FromMinutes(5);

    private readonly TextTemplate? _key;
    private readonly TextTemplate? _serviceAccount;
    private readonly TextTemplate? _keyId;
    private readonly TextTemplate? _thumbprint;
    private readonly string _algorithm;
    private readonly TimeSpan _life;
    private readonly List<KeyValuePair<string, TextTemplate>> _claims = [];

    public JwtClaims(SettingReader reader)
    {
        (_key, _serviceAccount, _keyId, _thumbprint) =
            (reader.Template("key"), reader.Template("serviceAccount"), reader.Template("keyId"), reader.Template("thumbprint"));
        if (_key is null == _serviceAccount is null)
        {
            reader.Problems.Add(
                reader.At("key"),
                "must say what signs: either 'key' (a private key in PEM, or the secret for HS256) or 'serviceAccount' (the JSON of a Google service account).");
        }

        _algorithm = reader.Choice("algorithm", SigningKey.Algorithms);
        _life = reader.Duration("life", TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)) ?? DefaultLife;
        if (reader.Map("claims") is { } claims)
        {
            foreach (var (name, _) in claims.All())
            {
                if (claims.Template(name) is { } value)
                {
                    _claims.Add(new(name, value));
                }
            }
        }
    }

    /// <summary>Whether a Google service account signs: its scope is a claim instead of a field of the request.</summary>
    public bool IsOfServiceAccount => _serviceAccount is not null;

    /// <summary>How long a statement is good.</summary>
    public TimeSpan Life => _life;

    /// <summary>Writes and signs it.</summary>
    /// <param name="values">The request's values, secrets among them.</param>
    /// <param name="jti">A number that no other statement has; null to leave it out.</param>
    /// <param name="more">Claims that go before those of the template, which win.</param>
    /// <exception cref="SigningException">The key cannot be used; the message says why, without it.</exception>
    public string Write(RequestValues values, string? jti, params ReadOnlySpan<(string Name, string? Value)> more)
    {
        var (key, issuer, keyId) = KeyOf(values);
        var claims = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, value) in more)
        {
            Add(claims, name, value);
        }

        claims["iat"] = values.Now.ToUnixTimeSeconds();
        claims["exp"] = (values.Now + _life).ToUnixTimeSeconds();
        Add(claims, "iss", issuer);
        foreach (var (name, template) in _claims)
        {
            Add(claims, name, AuthValue.Render(template, values));
        }

        if (jti is not null)
        {
            claims.TryAdd("jti", jti);
        }

        var header = new Dictionary<string, object>(StringComparer.Ordinal) { ["alg"] = _algorithm, ["typ"] = "JWT" };
        Add(header, "kid", (_keyId is null ? null : AuthValue.Render(_keyId, values)) ?? keyId);
        Add(header, "x5t", _thumbprint is null ? null : OfThumbprint(AuthValue.Render(_thumbprint, values)));
        return SignedToken.Write(_algorithm, key, header, claims);
    }

    private static void Add(Dictionary<string, object> into, string name, string? value)
    {
        if (value is not null)
        {
            into[name] = value;
        }
    }

    // A certificate's thumbprint as portals show it, in hex, in the form of a header (RFC 7515, section 4.1.7).
    private static string OfThumbprint(string? text)
    {
        try
        {
            return Base64Url.EncodeToString(Convert.FromHexString((text ?? "").Replace(":", "", StringComparison.Ordinal).Trim()));
        }
        catch (FormatException)
        {
            throw new SigningException("'auth.thumbprint' is not the thumbprint of a certificate in hex");
        }
    }

    private (string Key, string? Issuer, string? KeyId) KeyOf(RequestValues values)
    {
        if (_key is not null)
        {
            return (AuthValue.Render(_key, values) ?? "", null, null);
        }

        try
        {
            using var account = JsonDocument.Parse(AuthValue.Render(_serviceAccount!, values) ?? "");
            string? Member(string name) => account.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
            return (Member("private_key") ?? "", Member("client_email"), Member("private_key_id"));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new SigningException("the secret of 'auth.serviceAccount' is not the JSON of a service account");
        }
    }
}
