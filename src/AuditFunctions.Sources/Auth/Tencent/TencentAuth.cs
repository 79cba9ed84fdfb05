using System.Globalization;
using AuditFunctions.Configuration;
using AuditFunctions.Http.Signatures;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.Tencent;

/// <summary>Tencent Cloud's signature TC3-HMAC-SHA256 (tencentcloud.com/document, "Signature v3", read 2026-11-26). The action stands in the template's headers.</summary>
/// <param name="secretId">The key's id.</param>
/// <param name="secretKey">Signs.</param>
/// <param name="service">The product, the first label of its host.</param>
internal sealed class TencentAuth(TextTemplate secretId, TextTemplate secretKey, string service) : IAuthScheme
{
    private const string Signed = "content-type;host";
    private static readonly ScopedSignature Signature = new("TC3-HMAC-SHA256", "TC3");

    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "tencent-signature",
        "`tencent-signature` | `secretId`, `secretKey`, `service` | `X-TC-Timestamp`, and `Authorization: TC3-HMAC-SHA256 …`; for requests with a body.",
        (reader, _) => new TencentAuth(AuthValue.Required(reader, "secretId"), AuthValue.Required(reader, "secretKey"), reader.Required("service")));

    /// <inheritdoc/>
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        var values = context.Values;
        var url = draft.FullUrl();
        draft.Body ??= "{}"u8.ToArray();
        var time = values.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var canonical = $"{draft.Method.Method}\n{url.AbsolutePath}\n{url.Query.TrimStart('?')}\ncontent-type:{draft.ContentType}\nhost:{url.Authority}\n\n{Signed}\n{ScopedSignature.Hash(draft.Body)}";
        var scope = $"{values.Now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}/{service}/tc3_request";
        var signature = Signature.Of(AuthValue.Render(secretKey, values) ?? "", time, scope, canonical);
        draft.Headers.Add(new("X-TC-Timestamp", time));
        draft.Headers.Add(new("Authorization", $"{Signature.Algorithm} Credential={AuthValue.Render(secretId, values)}/{scope}, SignedHeaders={Signed}, Signature={signature}"));
        return new((AuthRefusal?)null);
    }
}
