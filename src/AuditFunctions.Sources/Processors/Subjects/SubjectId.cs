using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Sources.Processors.Subjects;

/// <summary>A subject without his name: who does not know the key cannot tell who it is.</summary>
/// <param name="Secret">The secret whose value wraps his data key.</param>
/// <param name="Hash">A keyed hash of his name (HMAC-SHA256, of which 16 bytes are kept), in hex.</param>
public readonly record struct SubjectId(SecretName Secret, string Hash)
{
    private const int KeptBytes = 16;

    /// <summary>Whose data key a name has.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="key">Its value.</param>
    /// <param name="name">Who he is, as events say it; empty stands for nobody.</param>
    /// <param name="ignoreCase">Whether names in other case are his too.</param>
    public static SubjectId Of(SecretName secret, byte[] key, string name, bool ignoreCase)
    {
        // Apart from each other and from pseudonyms that may be made with the same key.
        var text = ignoreCase ? $"auditfunctions subject\0i\0{name.ToUpperInvariant()}" : $"auditfunctions subject\0c\0{name}";
        return new SubjectId(secret, Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)).AsSpan(0, KeptBytes)));
    }
}
