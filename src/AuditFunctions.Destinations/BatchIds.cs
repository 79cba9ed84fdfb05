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

    /// <summary>Whether a text can be an id: of the form that <see cref="Of"/> gives, and not the one that stands for none.</summary>
    public static bool IsOne(string text) =>
        text.Length == BodyContext.NoBatchId.Length && text != BodyContext.NoBatchId && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Puts <see cref="BodyContext.NoBatchId"/> where an id stands in a body. Each byte is looked at a few times only, whatever the body holds.</summary>
    /// <param name="raw">The body before compression.</param>
    /// <param name="batchId">The id.</param>
    /// <param name="cancellationToken">Ends it between two places.</param>
    public static void Blank(Span<byte> raw, string batchId, CancellationToken cancellationToken)
    {
        Span<byte> id = stackalloc byte[BodyContext.NoBatchId.Length];
        Span<byte> none = stackalloc byte[BodyContext.NoBatchId.Length];
        Encoding.ASCII.GetBytes(batchId, id);
        Encoding.ASCII.GetBytes(BodyContext.NoBatchId, none);
        for (var rest = raw; rest.IndexOf(id) is var at and >= 0; rest = rest[(at + id.Length)..])
        {
            cancellationToken.ThrowIfCancellationRequested();
            none.CopyTo(rest[at..]);
        }
    }
}
