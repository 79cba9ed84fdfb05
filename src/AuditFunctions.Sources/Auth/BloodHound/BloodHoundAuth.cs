using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.BloodHound;

/// <summary>BloodHound's chain of signatures over method and address, the hour, and the body (bloodhound.specterops.io, "Working with the API", read 2026-11-26).</summary>
/// <param name="tokenId">Names the key.</param>
/// <param name="tokenKey">Signs.</param>
internal sealed class BloodHoundAuth(TextTemplate tokenId, TextTemplate tokenKey) : IAuthScheme
{
    // The date is signed up to its hour.
    private const int HourLength = 13;

    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "bloodhound-signature",
        "`bloodhound-signature` | `tokenId`, `tokenKey` | `RequestDate`, `Signature`, and `Authorization: bhesignature …`.",
        (reader, _) => new BloodHoundAuth(AuthValue.Required(reader, "tokenId"), AuthValue.Required(reader, "tokenKey")));

    /// <inheritdoc/>
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        var date = context.Values.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'+00:00'", CultureInfo.InvariantCulture);
        var key = Encoding.UTF8.GetBytes(AuthValue.Render(tokenKey, context.Values) ?? "");
        key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(draft.Method.Method + draft.FullUrl().PathAndQuery));
        key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(date[..HourLength]));
        draft.Headers.Add(new("RequestDate", date));
        draft.Headers.Add(new("Signature", Convert.ToBase64String(HMACSHA256.HashData(key, draft.Body ?? []))));
        draft.Headers.Add(new("Authorization", $"bhesignature {AuthValue.Render(tokenId, context.Values)}"));
        return new((AuthRefusal?)null);
    }
}
