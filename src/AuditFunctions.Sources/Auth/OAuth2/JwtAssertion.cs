using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.OAuth2;

/// <summary>
/// A signed statement that stands for a client or a user (RFC 7523): claims of the template, signed with a private key or with the key of a Google service
/// account. What the template does not claim is filled in: issuer and audience, when it was made, when it ends, and a number of its own.
/// </summary>
internal sealed class JwtAssertion
{
    /// <summary>The value of <c>grant_type</c> that goes with it.</summary>
    public const string GrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    private static readonly TimeSpan DefaultLife = TimeSpan.FromMinutes(5);

    private readonly TextTemplate? _key;
    private readonly TextTemplate? _serviceAccount;
    private readonly TextTemplate? _keyId;
    private readonly string _algorithm;
    private readonly TimeSpan _life;
    private readonly List<KeyValuePair<string, TextTemplate>> _claims = [];

    public JwtAssertion(SettingReader reader)
    {
        (_key, _serviceAccount, _keyId) = (reader.Template("key"), reader.Template("serviceAccount"), reader.Template("keyId"));
        if (_key is null == _serviceAccount is null)
        {
            reader.Problems.Add(
                reader.At("key"),
                "must say what signs: either 'key' (a private key in PEM) or 'serviceAccount' (the JSON of a Google service account).");
        }

        _algorithm = reader.Choice("algorithm", "RS256", "RS384", "RS512", "PS256", "ES256");
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

    /// <summary>Whether the scope is a claim instead of a field of the request: Google's way.</summary>
    public bool ClaimsScope => _serviceAccount is not null;

    /// <summary>Writes and signs it.</summary>
    /// <param name="values">The request's values, secrets among them.</param>
    /// <param name="audience">The token endpoint.</param>
    /// <param name="scope">The scope to claim; null for none.</param>
    /// <exception cref="AssertionException">The key cannot be used; the message says why, without it.</exception>
    public string Write(RequestValues values, Uri audience, string? scope)
    {
        var (pem, issuer, keyId) = KeyOf(values);
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["aud"] = audience.AbsoluteUri,
            ["iat"] = values.Now.ToUnixTimeSeconds(),
            ["exp"] = (values.Now + _life).ToUnixTimeSeconds(),
        };
        Add(claims, "iss", issuer);
        Add(claims, "scope", scope);
        foreach (var (name, template) in _claims)
        {
            Add(claims, name, AuthValue.Render(template, values));
        }

        // Some vendors take each number once. It is made of what differs from one statement to the next.
        claims.TryAdd("jti", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{values.Now.UtcTicks}:{pem}")).AsSpan(0, 16)));
        var header = new Dictionary<string, object>(StringComparer.Ordinal) { ["alg"] = _algorithm, ["typ"] = "JWT" };
        Add(header, "kid", (_keyId is null ? null : AuthValue.Render(_keyId, values)) ?? keyId);
        var signed = $"{Part(header)}.{Part(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(Sign(pem, Encoding.ASCII.GetBytes(signed)))}";
    }

    private static void Add(Dictionary<string, object> into, string name, string? value)
    {
        if (value is not null)
        {
            into[name] = value;
        }
    }

    private static string Part(Dictionary<string, object> members)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in members)
            {
                if (value is long number)
                {
                    writer.WriteNumber(name, number);
                }
                else
                {
                    writer.WriteString(name, (string)value);
                }
            }

            writer.WriteEndObject();
        }

        return Base64Url.EncodeToString(json.ToArray());
    }

    private (string Pem, string? Issuer, string? KeyId) KeyOf(RequestValues values)
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
            throw new AssertionException("the secret of 'auth.serviceAccount' is not the JSON of a service account");
        }
    }

    private byte[] Sign(string pem, byte[] text)
    {
        // In a vault's secret or an environment variable line breaks are often written out.
        pem = pem.Replace("\\n", "\n", StringComparison.Ordinal);
        var hash = _algorithm[2..] switch { "384" => HashAlgorithmName.SHA384, "512" => HashAlgorithmName.SHA512, _ => HashAlgorithmName.SHA256 };
        try
        {
            if (_algorithm.StartsWith("ES", StringComparison.Ordinal))
            {
                using var curve = ECDsa.Create();
                curve.ImportFromPem(pem);
                return curve.SignData(text, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            }

            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return rsa.SignData(text, hash, _algorithm.StartsWith("PS", StringComparison.Ordinal) ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            throw new AssertionException($"the key of 'auth' is not a private key in PEM (unencrypted) that {_algorithm} can sign with");
        }
    }
}

/// <summary>A statement that cannot be signed. The message names no secret.</summary>
internal sealed class AssertionException(string message) : Exception(message);
