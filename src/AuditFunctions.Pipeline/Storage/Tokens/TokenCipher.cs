using System.Text;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Pipeline.Storage.Account;

namespace AuditFunctions.Pipeline.Storage.Tokens;

/// <summary>Encrypts a token for a row with the installation's key.</summary>
internal static class TokenCipher
{
    private static readonly RowCipher Cipher = new("auditfunctions kept tokens");

    /// <summary>Encrypts.</summary>
    public static string Encrypt(byte[] key, string place, SecretText text) => Cipher.Encrypt(key, place, Encoding.UTF8.GetBytes(text.Reveal()));

    /// <summary>Decrypts with whichever key is right; null when none is, or the text is not ours.</summary>
    public static SecretText? Decrypt(IReadOnlyList<byte[]> keys, string place, string text) =>
        Cipher.Decrypt(keys, place, text) is { } plain ? new SecretText(Encoding.UTF8.GetString(plain)) : null;
}
