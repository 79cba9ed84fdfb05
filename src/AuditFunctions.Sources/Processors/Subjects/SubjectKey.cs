using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Subjects;

/// <summary>
/// A subject's data key at work: AES-256-GCM (NIST SP 800-38D) with a nonce that is a keyed hash of what is encrypted and where it stands, so that the same
/// event gives the same bytes. Only equal values at one path of one event look equal. Immutable and thread safe.
/// </summary>
public sealed class SubjectKey
{
    /// <summary>Length of a data key.</summary>
    public const int KeyBytes = 32;

    private const int ShownBytes = 16;

    private readonly byte[] _encryption = [];
    private readonly byte[] _nonces = [];

    private SubjectKey()
    {
    }

    /// <summary>Takes a data key.</summary>
    /// <param name="dataKey">32 random bytes.</param>
    public SubjectKey(byte[] dataKey)
    {
        _encryption = HMACSHA256.HashData(dataKey, "auditfunctions subject encryption"u8);
        _nonces = HMACSHA256.HashData(dataKey, "auditfunctions subject nonces"u8);
        Tag = Convert.ToHexStringLower(HMACSHA256.HashData(dataKey, "auditfunctions subject tag"u8).AsSpan(0, ShownBytes));
    }

    /// <summary>What stands for the key of a subject that was forgotten.</summary>
    public static SubjectKey Destroyed { get; } = new();

    /// <summary>Whether the subject was forgotten.</summary>
    public bool IsDestroyed => _encryption.Length == 0;

    /// <summary>What stands for the subject in encrypted values: made of his data key, so that nobody can tell whose it was once that is destroyed.</summary>
    public string Tag { get; } = "";

    /// <summary>Encrypts a value.</summary>
    /// <param name="json">It, as JSON.</param>
    /// <param name="keyId">The wrapping key's id.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="of">In which event.</param>
    internal SubjectText Encrypt(ReadOnlySpan<byte> json, string keyId, string path, EventKey of)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _nonces);
        Span<byte> key = stackalloc byte[EventKey.Size];
        of.WriteTo(key);
        hash.AppendData(key);
        hash.AppendData(Encoding.UTF8.GetBytes(path));
        hash.AppendData("\0"u8);
        hash.AppendData(json);
        var nonce = hash.GetHashAndReset().AsSpan(0, SealedBytes.NonceBytes);
        return new SubjectText(keyId, Tag, SealedBytes.Encrypt(_encryption, nonce, json, SubjectText.BoundOf(keyId, Tag)));
    }

    /// <summary>Decrypts a value; null when it was not encrypted with this key, or was changed.</summary>
    /// <returns>Its JSON as it stood in the event.</returns>
    public byte[]? Decrypt(SubjectText text) => IsDestroyed ? null : SealedBytes.Decrypt(_encryption, text.Data, text.Bound);
}
