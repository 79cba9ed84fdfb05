using System.Buffers.Text;
using System.Text;

namespace AuditFunctions.Sources.Processors.Subjects;

/// <summary>An encrypted value as it stands in an event: <c>enc:v1:KEYID:TAG:DATA</c>, where the data is base64url of nonce (12 bytes), tag (16) and text.</summary>
/// <param name="keyId">The wrapping key's id.</param>
/// <param name="tag">What stands for the subject.</param>
/// <param name="data">Nonce, tag and text.</param>
public sealed class SubjectText(string keyId, string tag, byte[] data)
{
    /// <summary>How one starts.</summary>
    public const string Prefix = "enc:v1:";

    /// <summary>What stands in the place of a value of somebody who was forgotten before it came.</summary>
    public const string Forgotten = "enc:forgotten";

    /// <summary>What stands for the subject.</summary>
    public string Tag => tag;

    internal byte[] Data => data;

    internal byte[] Bound => BoundOf(keyId, tag);

    /// <summary>Reads one; null when the text is not one.</summary>
    public static SubjectText? Read(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length..].Split(':') is [var keyId, { Length: > 0 } tag, var data] && Base64Url.IsValid(data)
            ? new SubjectText(keyId, tag, Base64Url.DecodeFromChars(data))
            : null;

    // A text whose head was changed is not read.
    internal static byte[] BoundOf(string keyId, string tag) => Encoding.UTF8.GetBytes($"{Prefix}{keyId}:{tag}");

    /// <inheritdoc/>
    public override string ToString() => $"{Prefix}{keyId}:{tag}:{Base64Url.EncodeToString(data)}";
}
