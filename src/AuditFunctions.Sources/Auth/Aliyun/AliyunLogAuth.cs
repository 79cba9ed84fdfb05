using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.Aliyun;

/// <summary>
/// The signature of Alibaba Cloud's Simple Log Service, which travels in the headers (alibabacloud.com/help, "Request signatures" of Simple Log Service, read
/// 2026-11-28).
/// </summary>
/// <param name="accessKeyId">The key's id.</param>
/// <param name="accessKeySecret">Signs.</param>
internal sealed class AliyunLogAuth(TextTemplate accessKeyId, TextTemplate accessKeySecret) : IAuthScheme
{
    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "aliyun-log-signature",
        "`aliyun-log-signature` | `accessKeyId`, `accessKeySecret` | `Date`, `x-log-apiversion`, and `Authorization: LOG …` (Alibaba Cloud's Simple Log Service).",
        (reader, _) => new AliyunLogAuth(AuthValue.Required(reader, "accessKeyId"), AuthValue.Required(reader, "accessKeySecret")));

    /// <inheritdoc/>
    [SuppressMessage("Security", "CA5351", Justification = "The vendor's signature says MD5.")]
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        var hash = draft.Body is { } body ? Convert.ToHexString(MD5.HashData(body)) : "";
        var date = context.Values.Now.UtcDateTime.ToString("R", CultureInfo.InvariantCulture);
        draft.Headers.Add(new("Date", date));
        draft.Headers.Add(new("x-log-apiversion", "0.6.0"));
        draft.Headers.Add(new("x-log-bodyrawsize", (draft.Body?.Length ?? 0).ToString(CultureInfo.InvariantCulture)));
        draft.Headers.Add(new("x-log-signaturemethod", "hmac-sha1"));
        if (hash.Length > 0)
        {
            draft.Headers.Add(new("Content-MD5", hash));
        }

        string[] first = [draft.Method.Method, hash, hash.Length > 0 ? draft.ContentType : "", date];
        var signature = Sign(first, draft.Headers, Uri.UnescapeDataString(draft.Url.AbsolutePath), draft.Query, AuthValue.Render(accessKeySecret, context.Values) ?? "");
        draft.Headers.Add(new("Authorization", $"LOG {AuthValue.Render(accessKeyId, context.Values)}:{signature}"));
        return new((AuthRefusal?)null);
    }

    /// <summary>The signature in Base64.</summary>
    /// <param name="first">The method, the body's MD5 in hex and its media type, both empty without one, and the date.</param>
    /// <param name="headers">The request's headers, of which the service's own are signed.</param>
    /// <param name="path">The path, not encoded.</param>
    /// <param name="query">The parameters, not encoded.</param>
    /// <param name="secret">The key.</param>
    [SuppressMessage("Security", "CA5350", Justification = "The vendor's signature says SHA-1.")]
    internal static string Sign(
        IEnumerable<string> first, IEnumerable<KeyValuePair<string, string>> headers, string path, IEnumerable<KeyValuePair<string, string>> query, string secret)
    {
        var own = headers.Select(header => (Name: header.Key.ToLowerInvariant(), header.Value))
            .Where(header => header.Name.StartsWith("x-log-", StringComparison.Ordinal) || header.Name.StartsWith("x-acs-", StringComparison.Ordinal))
            .OrderBy(header => header.Name, StringComparer.Ordinal)
            .Select(header => $"{header.Name}:{header.Value}");
        var pairs = string.Join('&', query.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
        var text = string.Join('\n', [.. first, .. own, pairs.Length > 0 ? $"{path}?{pairs}" : path]);
        return Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
    }
}
