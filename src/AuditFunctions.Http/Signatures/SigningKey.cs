using System.Security.Cryptography;
using System.Text;

namespace AuditFunctions.Http.Signatures;

/// <summary>Signs as JSON Web Signatures name it (RFC 7518): with a private key in PEM, or with a shared secret.</summary>
public static class SigningKey
{
    /// <summary>The algorithms, the default first.</summary>
    public static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "ES256", "HS256", "HS512"];

    /// <summary>Signs a text.</summary>
    /// <exception cref="SigningException">The key does not fit; the message says how, without it.</exception>
    public static byte[] Sign(string algorithm, string key, ReadOnlySpan<byte> text)
    {
        if (algorithm.StartsWith("HS", StringComparison.Ordinal))
        {
            var secret = Encoding.UTF8.GetBytes(key);
            return algorithm == "HS512" ? HMACSHA512.HashData(secret, text) : HMACSHA256.HashData(secret, text);
        }

        // In a vault's secret or an environment variable line breaks are often written out.
        var pem = key.Replace("\\n", "\n", StringComparison.Ordinal);
        var hash = algorithm[2..] switch { "384" => HashAlgorithmName.SHA384, "512" => HashAlgorithmName.SHA512, _ => HashAlgorithmName.SHA256 };
        try
        {
            if (algorithm.StartsWith("ES", StringComparison.Ordinal))
            {
                using var curve = ECDsa.Create();
                curve.ImportFromPem(pem);
                return curve.SignData(text, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            }

            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return rsa.SignData(text, hash, algorithm.StartsWith("PS", StringComparison.Ordinal) ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            throw new SigningException($"the key of 'auth' is not a private key in PEM (unencrypted) that {algorithm} can sign with");
        }
    }
}
