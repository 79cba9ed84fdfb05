using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Pipeline.Storage.Account;

/// <summary>
/// Encrypts what a row keeps, as <see cref="SealedBytes"/> under a key made of a secret and a purpose (HKDF, RFC 5869), bound to its row and column, so that
/// what was moved elsewhere is not read. Written as base64 of nonce, tag and text.
/// </summary>
/// <param name="purpose">Keeps what is encrypted for one purpose from being read for another.</param>
internal sealed class RowCipher(string purpose)
{
    /// <summary>Encrypts.</summary>
    public string Encrypt(byte[] secret, string place, ReadOnlySpan<byte> plain)
    {
        Span<byte> nonce = stackalloc byte[SealedBytes.NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        return Convert.ToBase64String(SealedBytes.Encrypt(KeyOf(secret), nonce, plain, Encoding.UTF8.GetBytes(place)));
    }

    /// <summary>Decrypts with whichever secret is right; null when none is, or the text is not ours.</summary>
    public byte[]? Decrypt(IReadOnlyList<byte[]> secrets, string place, string text)
    {
        var all = new byte[text.Length];
        return Convert.TryFromBase64String(text, all, out var length)
            ? secrets.Select(secret => SealedBytes.Decrypt(KeyOf(secret), all.AsSpan(0, length), Encoding.UTF8.GetBytes(place))).FirstOrDefault(plain => plain is not null)
            : null;
    }

    private byte[] KeyOf(byte[] secret) => HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, outputLength: 32, info: Encoding.UTF8.GetBytes(purpose));
}
