using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Pipeline.Storage.Tokens;

/// <summary>
/// Encrypts a token for a row: AES-256-GCM (NIST SP 800-38D) under a key made of the installation's (HKDF, RFC 5869), bound to its row and column, so that a
/// text that was moved elsewhere is not read. Written as base64 of nonce, tag and text.
/// </summary>
internal static class TokenCipher
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private static readonly byte[] Purpose = "auditfunctions kept tokens"u8.ToArray();

    /// <summary>Encrypts.</summary>
    public static string Encrypt(byte[] key, string place, SecretText text)
    {
        var plain = Encoding.UTF8.GetBytes(text.Reveal());
        var all = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = all.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(KeyOf(key), TagBytes);
        cipher.Encrypt(nonce, plain, all.AsSpan(NonceBytes + TagBytes), all.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(place));
        return Convert.ToBase64String(all);
    }

    /// <summary>Decrypts with whichever key is right; null when none is, or the text is not ours.</summary>
    public static SecretText? Decrypt(IReadOnlyList<byte[]> keys, string place, string text)
    {
        var all = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, all, out var length) || length < NonceBytes + TagBytes)
        {
            return null;
        }

        var plain = new byte[length - NonceBytes - TagBytes];
        foreach (var key in keys)
        {
            try
            {
                using var cipher = new AesGcm(KeyOf(key), TagBytes);
                cipher.Decrypt(
                    all.AsSpan(0, NonceBytes), all.AsSpan(NonceBytes + TagBytes, plain.Length), all.AsSpan(NonceBytes, TagBytes), plain, Encoding.UTF8.GetBytes(place));
                return new SecretText(Encoding.UTF8.GetString(plain));
            }
            catch (AuthenticationTagMismatchException)
            {
                // Another key, or somebody's own text.
            }
        }

        return null;
    }

    private static byte[] KeyOf(byte[] key) => HKDF.DeriveKey(HashAlgorithmName.SHA256, key, outputLength: 32, info: Purpose);
}
