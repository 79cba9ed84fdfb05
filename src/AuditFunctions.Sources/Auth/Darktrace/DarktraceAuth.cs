using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.Darktrace;

/// <summary>Darktrace's signature over path, query, public token and date.</summary>
/// <param name="publicToken">Names the key.</param>
/// <param name="privateToken">Signs.</param>
internal sealed class DarktraceAuth(TextTemplate publicToken, TextTemplate privateToken) : IAuthScheme
{
    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "darktrace-signature",
        "`darktrace-signature` | `publicToken`, `privateToken` | `DTAPI-Token`, `DTAPI-Date` and `DTAPI-Signature`.",
        (reader, _) => new DarktraceAuth(AuthValue.Required(reader, "publicToken"), AuthValue.Required(reader, "privateToken")));

    /// <inheritdoc/>
    [SuppressMessage("Security", "CA5350", Justification = "The vendor's signature says SHA-1.")]
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        var (name, secret) = (AuthValue.Render(publicToken, context.Values) ?? "", AuthValue.Render(privateToken, context.Values) ?? "");
        var date = context.Values.Now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);
        var text = $"{draft.FullUrl().PathAndQuery}\n{name}\n{date}";
        draft.Headers.Add(new("DTAPI-Token", name));
        draft.Headers.Add(new("DTAPI-Date", date));
        draft.Headers.Add(new("DTAPI-Signature", Convert.ToHexStringLower(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)))));
        return new((AuthRefusal?)null);
    }
}
