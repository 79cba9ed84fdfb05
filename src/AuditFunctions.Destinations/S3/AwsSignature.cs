using System.Globalization;
using AuditFunctions.Http.Signatures;

namespace AuditFunctions.Destinations.S3;

/// <summary>AWS Signature Version 4, in a header ("Signature Calculations for the Authorization Header", docs.aws.amazon.com, read 2026-11-26).</summary>
/// <param name="KeyId">The access key's id.</param>
/// <param name="Secret">Its secret.</param>
/// <param name="Region">The region.</param>
/// <param name="Service">The service, such as <c>s3</c>.</param>
internal sealed record AwsSignature(string KeyId, string Secret, string Region, string Service)
{
    /// <summary>The form of <c>x-amz-date</c>.</summary>
    public static string Date(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The value of header <c>Authorization</c>.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path, escaped as it is sent.</param>
    /// <param name="headers">The headers that are signed, with lower-case names.</param>
    /// <param name="payload">SHA-256 of the content in lower-case hex.</param>
    /// <param name="at">The instant that <c>x-amz-date</c> says.</param>
    public string Of(string method, string path, IReadOnlyDictionary<string, string> headers, string payload, DateTimeOffset at)
    {
        var ordered = headers.OrderBy(header => header.Key, StringComparer.Ordinal).ToArray();
        var names = string.Join(';', ordered.Select(header => header.Key));
        var lines = string.Concat(ordered.Select(header => $"{header.Key}:{header.Value.Trim()}\n"));
        var request = $"{method}\n{path}\n\n{lines}\n{names}\n{payload}";
        var date = Date(at);
        var scope = $"{date[..8]}/{Region}/{Service}/aws4_request";
        var signature = ScopedSignature.Aws.Of(Secret, date, scope, request);
        return $"{ScopedSignature.Aws.Algorithm} Credential={KeyId}/{scope},SignedHeaders={names},Signature={signature}";
    }
}
