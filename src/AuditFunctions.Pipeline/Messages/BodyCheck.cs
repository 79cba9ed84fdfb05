using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Destinations;
using AuditFunctions.Events;

namespace AuditFunctions.Pipeline.Messages;

/// <summary>
/// Tells whether a message's body is the one that was packed for its batch. Were another one sent under the batch's id, the ledger would drop the good one
/// as delivered. The hash of the compressed bytes that the message carries costs next to nothing; the batch id, a hash of the content, is asked only
/// when that one is missing or differs: the message is of an older version, or its blob was written again by a repeated page and compressed otherwise.
/// </summary>
public static class BodyCheck
{
    /// <summary>The hash that a message carries: 32 lower-case hex digits, over the batch id, a line feed and the compressed body.</summary>
    public static string Of(string batchId, ReadOnlySpan<byte> gzip)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.UTF8.GetBytes(batchId + "\n"));
        sha.AppendData(gzip);
        sha.GetHashAndReset(hash);
        return Convert.ToHexStringLower(hash[..16]);
    }

    /// <summary>Whether a body is that of its batch.</summary>
    /// <exception cref="OperationCanceledException">The caller wants no answer any more.</exception>
    internal static bool IsOf(ShipMessage message, ReadOnlyMemory<byte> gzip, CancellationToken cancellationToken) =>
        message.Check is { } check && check == Of(message.BatchId, gzip.Span)

            // The id of a dead letter that is sent again says nothing of its content: without a hash nothing can be checked.
            || (message.DeadLetter is null ? IsContent(message, gzip, cancellationToken) : message.Check is null);

    private static bool IsContent(ShipMessage message, ReadOnlyMemory<byte> gzip, CancellationToken cancellationToken)
    {
        using var raw = new PooledBytes();
        if (!BatchIds.IsOne(message.BatchId)
            || !BodyGzip.TryInflate(gzip, raw, message.RawBytes, cancellationToken)
            || raw.Length != message.RawBytes)
        {
            return false;
        }

        // Where frames hold the id it is put there after the hash was made.
        BatchIds.Blank(raw.WrittenInPlace, message.BatchId, cancellationToken);
        return BatchIds.Of(message.Format, message.Destination, new BodyContext(message.Source, message.Partition), raw.WrittenSpan) == message.BatchId;
    }
}
