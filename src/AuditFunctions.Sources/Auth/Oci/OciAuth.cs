using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Http.Signatures;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.Oci;

/// <summary>Oracle Cloud Infrastructure's RSA signature over HTTP headers (docs.oracle.com, "Request Signatures", read 2026-11-26).</summary>
internal sealed class OciAuth : IAuthScheme
{
    private readonly TextTemplate _tenancy;
    private readonly TextTemplate _user;
    private readonly TextTemplate _fingerprint;
    private readonly TextTemplate _key;

    private OciAuth(SettingReader reader) => (_tenancy, _user, _fingerprint, _key) =
        (AuthValue.Required(reader, "tenancy"), AuthValue.Required(reader, "user"), AuthValue.Required(reader, "fingerprint"), AuthValue.Required(reader, "key"));

    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "oci-signature",
        "`oci-signature` | `tenancy`, `user` (both OCIDs), `fingerprint`, `key` (private key in PEM) | `Date`, and `Authorization: Signature …` (Oracle Cloud).",
        (reader, _) => new OciAuth(reader));

    /// <inheritdoc/>
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        var values = context.Values;
        draft.Headers.Add(new("Date", values.Now.UtcDateTime.ToString("R", CultureInfo.InvariantCulture)));
        if (draft.Body is not null)
        {
            draft.Headers.Add(new("x-content-sha256", Convert.ToBase64String(SHA256.HashData(draft.Body))));
        }

        try
        {
            var (names, text) = Text(draft);
            var signature = Convert.ToBase64String(SigningKey.Sign("RS256", AuthValue.Render(_key, values) ?? "", Encoding.UTF8.GetBytes(text)));
            var keyId = $"{AuthValue.Render(_tenancy, values)}/{AuthValue.Render(_user, values)}/{AuthValue.Render(_fingerprint, values)}";
            draft.Headers.Add(new("Authorization", $"Signature version=\"1\",headers=\"{names}\",keyId=\"{keyId}\",algorithm=\"rsa-sha256\",signature=\"{signature}\""));
            return new((AuthRefusal?)null);
        }
        catch (SigningException exception)
        {
            return new(AuthRefusal.OfKey(exception));
        }
    }

    /// <summary>What is signed: the names of the headers, and the text.</summary>
    internal static (string Names, string Text) Text(RequestDraft draft)
    {
        var url = draft.FullUrl();
        string Header(string name) => draft.Headers.Last(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
        var lines = new List<(string Name, string Value)>
        {
            ("date", Header("date")),
            ("(request-target)", $"{draft.Method.Method.ToLowerInvariant()} {url.PathAndQuery}"),
            ("host", url.Authority),
        };
        if (draft.Body is { } body)
        {
            lines.Add(("content-length", body.Length.ToString(CultureInfo.InvariantCulture)));
            lines.Add(("content-type", draft.ContentType));
            lines.Add(("x-content-sha256", Header("x-content-sha256")));
        }

        return (string.Join(' ', lines.Select(line => line.Name)), string.Join('\n', lines.Select(line => $"{line.Name}: {line.Value}")));
    }
}
