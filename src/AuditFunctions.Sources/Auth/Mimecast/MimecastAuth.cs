using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Http.Signatures;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.Mimecast;

/// <summary>The signature of Mimecast's API 1.0 over date, request id, path and application key.</summary>
internal sealed class MimecastAuth : IAuthScheme
{
    private readonly TextTemplate _accessKey;
    private readonly TextTemplate _secretKey;
    private readonly TextTemplate _appId;
    private readonly TextTemplate _appKey;

    private MimecastAuth(SettingReader reader) => (_accessKey, _secretKey, _appId, _appKey) =
        (AuthValue.Required(reader, "accessKey"), AuthValue.Required(reader, "secretKey"), AuthValue.Required(reader, "appId"), AuthValue.Required(reader, "appKey"));

    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "mimecast-signature",
        "`mimecast-signature` | `accessKey`, `secretKey` (Base64), `appId`, `appKey` | `x-mc-date`, `x-mc-req-id`, `x-mc-app-id`, and `Authorization: MC …` (API 1.0).",
        (reader, _) => new MimecastAuth(reader));

    /// <inheritdoc/>
    [SuppressMessage("Security", "CA5350", Justification = "The vendor's signature says SHA-1.")]
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        var values = context.Values;
        var secret = AuthValue.Render(_secretKey, values) ?? "";
        var key = new byte[secret.Length];
        if (!Convert.TryFromBase64String(secret, key, out var length))
        {
            return new(AuthRefusal.OfKey(new SigningException("the secret of 'auth.secretKey' is not Base64")));
        }

        var (date, id) = (values.Now.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss 'UTC'", CultureInfo.InvariantCulture), context.NewId());
        var text = $"{date}:{id}:{draft.FullUrl().AbsolutePath}:{AuthValue.Render(_appKey, values)}";
        var signature = Convert.ToBase64String(HMACSHA1.HashData(key.AsSpan(0, length), Encoding.UTF8.GetBytes(text)));
        draft.Headers.Add(new("x-mc-date", date));
        draft.Headers.Add(new("x-mc-req-id", id));
        draft.Headers.Add(new("x-mc-app-id", AuthValue.Render(_appId, values) ?? ""));
        draft.Headers.Add(new("Authorization", $"MC {AuthValue.Render(_accessKey, values)}:{signature}"));
        return new((AuthRefusal?)null);
    }
}
