using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AuditFunctions.Sandbox;

/// <summary>An event's id in 16 bytes: the id itself when it is a lower-case GUID, else a hash of it.</summary>
internal static class EventKey
{
    private const int GuidLength = 36;

    /// <summary>The key of an id. <paramref name="name"/> is the id when the key is only its hash.</summary>
    public static Guid Of(ReadOnlySpan<byte> id, out string? name)
    {
        if (id.Length == GuidLength && !id.ContainsAnyInRange((byte)'A', (byte)'F')
            && Utf8Parser.TryParse(id, out Guid guid, out var consumed, 'D') && consumed == GuidLength)
        {
            name = null;
            return guid;
        }

        name = Encoding.UTF8.GetString(id);
        return HashOf(id);
    }

    /// <summary>The key of an id.</summary>
    public static Guid Of(string id) => Of(Encoding.UTF8.GetBytes(id), out _);

    /// <summary>The key of an event without an id: a hash of its bytes.</summary>
    public static Guid OfContent(ReadOnlySpan<byte> content, out string name)
    {
        var hash = HashOf(content);
        name = "sha256:" + hash.ToString("N");
        return HashOf(Encoding.UTF8.GetBytes(name));
    }

    private static Guid HashOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return new Guid(hash[..16]);
    }
}
