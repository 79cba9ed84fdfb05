using System.Security.Cryptography;

namespace AuditFunctions.Configuration.Secrets;

/// <summary>Bytes under AES-256-GCM (NIST SP 800-38D), as one piece: nonce of 12 bytes, tag of 16, text.</summary>
public static class SealedBytes
{
    /// <summary>Length of a nonce.</summary>
    public const int NonceBytes = 12;

    private const int TagBytes = 16;
    private const int HeadBytes = NonceBytes + TagBytes;

    /// <summary>Encrypts.</summary>
    /// <param name="key">32 bytes.</param>
    /// <param name="nonce">12 bytes; never the same for two different texts under one key.</param>
    /// <param name="plain">What is encrypted.</param>
    /// <param name="bound">What it belongs to: under another it is not decrypted.</param>
    public static byte[] Encrypt(byte[] key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> bound)
    {
        var all = new byte[HeadBytes + plain.Length];
        nonce.CopyTo(all);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, plain, all.AsSpan(HeadBytes), all.AsSpan(NonceBytes, TagBytes), bound);
        return all;
    }

    /// <summary>Decrypts; null when it was encrypted under another key, belongs to something else, or was changed.</summary>
    /// <inheritdoc cref="Encrypt"/>
    public static byte[]? Decrypt(byte[] key, ReadOnlySpan<byte> all, ReadOnlySpan<byte> bound)
    {
        if (all.Length < HeadBytes)
        {
            return null;
        }

        var plain = new byte[all.Length - HeadBytes];
        try
        {
            using var cipher = new AesGcm(key, TagBytes);
            cipher.Decrypt(all[..NonceBytes], all[HeadBytes..], all[NonceBytes..HeadBytes], plain, bound);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
