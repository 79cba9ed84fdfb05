using System.Security.Cryptography;
using System.Text;

namespace AuditFunctions.Destinations;

/// <summary>The id of a batch: a hash of its content and of where it comes from and goes to.</summary>
public static class BatchIds
{
    /// <summary>The id: 32 lower-case hex digits.</summary>
    /// <param name="kind">How the body is framed.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="context">Where its events come from.</param>
    /// <param name="raw">The body before compression, with <see cref="BodyContext.NoBatchId"/> where frames hold the id.</param>
    public static string Of(string kind, string destination, in BodyContext context, ReadOnlySpan<byte> raw)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.UTF8.GetBytes($"{kind}\n{destination}\n{context.Source}\n{context.Partition}\n"));
        sha.AppendData(raw);
        sha.GetHashAndReset(hash);
        return Convert.ToHexStringLower(hash[..16]);
    }
}
