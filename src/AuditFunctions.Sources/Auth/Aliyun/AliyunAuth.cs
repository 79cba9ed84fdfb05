using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.Aliyun;

/// <summary>Alibaba Cloud's RPC signature, which travels in the query (alibabacloud.com/help, "Request signatures of RPC APIs", read 2026-11-26).</summary>
/// <param name="accessKeyId">The key's id.</param>
/// <param name="accessKeySecret">Signs.</param>
internal sealed class AliyunAuth(TextTemplate accessKeyId, TextTemplate accessKeySecret) : IAuthScheme
{
    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "aliyun-signature",
        "`aliyun-signature` | `accessKeyId`, `accessKeySecret` | Alibaba Cloud's RPC signature in the query, with `Format=JSON`.",
        (reader, _) => new AliyunAuth(AuthValue.Required(reader, "accessKeyId"), AuthValue.Required(reader, "accessKeySecret")));

    /// <inheritdoc/>
    public IReadOnlyList<string> QueryParameters { get; } = ["AccessKeyId", "Signature", "SignatureNonce", "Timestamp"];

    /// <inheritdoc/>
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        var values = context.Values;
        draft.Query.AddRange(
        [
            new("Format", "JSON"),
            new("AccessKeyId", AuthValue.Render(accessKeyId, values) ?? ""),
            new("SignatureMethod", "HMAC-SHA1"),
            new("SignatureVersion", "1.0"),
            new("SignatureNonce", context.NewId()),
            new("Timestamp", values.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
        ]);
        draft.Query.Add(new("Signature", Sign(draft.Method.Method, draft.Query.Concat(draft.Form), AuthValue.Render(accessKeySecret, values) ?? "")));
        return new((AuthRefusal?)null);
    }

    /// <summary>The signature in Base64, over the parameters of the query and of a form.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "The vendor's signature says SHA-1.")]
    internal static string Sign(string method, IEnumerable<KeyValuePair<string, string>> query, string secret)
    {
        var pairs = query.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}");
        var text = $"{method}&%2F&{Uri.EscapeDataString(string.Join('&', pairs))}";
        return Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret + "&"), Encoding.UTF8.GetBytes(text)));
    }
}
