using System.Security.Cryptography;
using System.Text;

namespace AuditFunctions.Pipeline.Storage.Account;

/// <summary>
/// Encrypts what a row keeps: AES-256-GCM (NIST SP 800-38D) under a key made of a secret and a purpose (HKDF, RFC 5869), bound to its row and column, so that
/// what was moved elsewhere is not read. Written as base64 of nonce, tag and text.
/// </summary>
/// <param name="purpose">Keeps what is encrypted for one purpose from being read for another.</param>
internal sealed class RowCipher(string purpose)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Encrypts.</summary>
    public string Encrypt(byte[] secret, string place, ReadOnlySpan<byte> plain)
    {
        var all = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = all.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(KeyOf(secret), TagBytes);
        cipher.Encrypt(nonce, plain, all.AsSpan(NonceBytes + TagBytes), all.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(place));
        return Convert.ToBase64String(all);
    }

    /// <summary>Decrypts with whichever secret is right; null when none is, or the text is not ours.</summary>
    public byte[]? Decrypt(IReadOnlyList<byte[]> secrets, string place, string text)
    {
        var all = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, all, out var length) || length < NonceBytes + TagBytes)
        {
            return null;
        }

        var plain = new byte[length - NonceBytes - TagBytes];
        foreach (var secret in secrets)
        {
            try
            {
                using var cipher = new AesGcm(KeyOf(secret), TagBytes);
                cipher.Decrypt(
                    all.AsSpan(0, NonceBytes), all.AsSpan(NonceBytes + TagBytes, plain.Length), all.AsSpan(NonceBytes, TagBytes), plain, Encoding.UTF8.GetBytes(place));
                return plain;
            }
            catch (AuthenticationTagMismatchException)
            {
                // Another secret, or somebody's own text.
            }
        }

        return null;
    }

    private byte[] KeyOf(byte[] secret) => HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, outputLength: 32, info: Encoding.UTF8.GetBytes(purpose));
}
