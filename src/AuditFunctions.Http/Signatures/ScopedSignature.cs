using System.Security.Cryptography;
using System.Text;

namespace AuditFunctions.Http.Signatures;

/// <summary>
/// A signature with a key that is made of a secret for one scope only: AWS Signature Version 4 (docs.aws.amazon.com, "Create a signed AWS API request"), and
/// Tencent Cloud's TC3, which is made like it.
/// </summary>
/// <param name="algorithm">Its name, such as <c>AWS4-HMAC-SHA256</c>.</param>
/// <param name="prefix">What stands before the secret, such as <c>AWS4</c>.</param>
public sealed class ScopedSignature(string algorithm, string prefix)
{
    /// <summary>AWS Signature Version 4.</summary>
    public static ScopedSignature Aws { get; } = new("AWS4-HMAC-SHA256", "AWS4");

    /// <summary>Its name.</summary>
    public string Algorithm => algorithm;

    /// <summary>The signature in lower-case hex.</summary>
    /// <param name="secret">The key's secret.</param>
    /// <param name="time">The instant as the request says it.</param>
    /// <param name="scope">What the key is good for, part by part with slashes between.</param>
    /// <param name="request">The request in the canonical form.</param>
    public string Of(string secret, string time, string scope, string request)
    {
        var key = Encoding.UTF8.GetBytes(prefix + secret);
        foreach (var part in scope.Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        var text = $"{algorithm}\n{time}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(request))}";
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>SHA-256 in lower-case hex.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
