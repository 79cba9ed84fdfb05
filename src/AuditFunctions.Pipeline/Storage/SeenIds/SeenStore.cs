using System.Buffers.Binary;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Sources;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace AuditFunctions.Pipeline.Storage.SeenIds;

/// <summary>
/// Segments of ids that left their checkpoint row: append blobs in container <c>seen</c>, one per hour of the events' time. A block is a number, a count and
/// keys of 16 bytes. Adding is one request, reading is one, and adding twice does no harm: a segment is a set. Thread safe.
/// </summary>
public sealed class SeenStore(StorageAccount storage) : ISeenSegments
{
    private const int HeaderBytes = sizeof(long) + sizeof(int);
    private const int MaxBlockKeys = 200_000; // 3.2 MB; the service takes 4 MiB

    // Ten times the events that fit into an hour. What is larger is not ours, and would fill the memory.
    private const int MaxSegmentBytes = 256 << 20;

    // A block may lie in storage a moment before the row that makes it valid.
    private static readonly TimeSpan OrphanAge = TimeSpan.FromDays(1);

    private readonly BlobContainerClient _container = storage.Seen;

    /// <inheritdoc/>
    async Task ISeenSegments.AppendAsync(PartitionId partition, string epoch, string segment, long block, IReadOnlyList<EventKey> keys, CancellationToken cancellationToken)
    {
        var blob = _container.GetAppendBlobClient(SeenNames.Of(partition, epoch, segment));
        for (var from = 0; from < keys.Count; from += MaxBlockKeys)
        {
            var count = Math.Min(MaxBlockKeys, keys.Count - from);
            var bytes = new byte[HeaderBytes + (count * EventKey.Size)];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, block);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(long)), count);
            for (var at = 0; at < count; at++)
            {
                keys[from + at].WriteTo(bytes.AsSpan(HeaderBytes + (at * EventKey.Size)));
            }

            await AppendAsync(blob, bytes, cancellationToken);
        }
    }

    /// <inheritdoc/>
    async Task<UInt128[]> ISeenSegments.ReadAsync(PartitionId partition, string epoch, string segment, long upToBlock, CancellationToken cancellationToken)
    {
        using var bytes = new PooledBytes();
        try
        {
            using BlobDownloadStreamingResult blob = await _container.GetBlobClient(SeenNames.Of(partition, epoch, segment)).DownloadStreamingAsync(cancellationToken: cancellationToken);
            var length = blob.Details.ContentLength;
            if (length > MaxSegmentBytes)
            {
                return [];
            }

            while (true)
            {
                var read = await blob.Content.ReadAsync(bytes.GetMemory((int)Math.Max(length + 1 - bytes.Length, 4096)), cancellationToken);
                if (read == 0)
                {
                    return SeenBlocks.Read(bytes.WrittenSpan, upToBlock);
                }

                bytes.Advance(read);
            }
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return [];
        }
    }

    /// <summary>Removes the segments of a source that starts over.</summary>
    public async Task RemoveAsync(string source, CancellationToken cancellationToken)
    {
        await foreach (var blob in _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, SeenNames.FolderOf(source), cancellationToken))
        {
            await _container.GetBlobClient(blob.Name).DeleteIfExistsAsync(cancellationToken: cancellationToken);
        }
    }

    /// <summary>Removes the segments that no checkpoint asks for any more: those before its index, and those of partitions that are gone or started over.</summary>
    /// <param name="indexes">What lies in segments, by partition.</param>
    /// <param name="folders">What the names of others start with that are needed.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cancellationToken">Ends the sweep.</param>
    /// <returns>How many were removed.</returns>
    public async Task<int> SweepAsync(
        IEnumerable<(PartitionId Partition, SeenIndex Seen)> indexes, IReadOnlySet<string> folders, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var live = indexes.GroupBy(row => SeenNames.FolderOf(row.Partition, row.Seen.Epoch), row => row.Seen, StringComparer.Ordinal)
            .ToDictionary(folder => folder.Key, folder => folder.First(), StringComparer.Ordinal);
        var removed = 0;
        await foreach (var blob in _container.GetBlobsAsync(cancellationToken: cancellationToken))
        {
            var folder = blob.Name[..(blob.Name.LastIndexOf('/') + 1)];
            var isStale = !folders.Contains(folder) && (live.TryGetValue(folder, out var seen)
                ? SeenNames.EndOf(blob.Name[folder.Length..]) is { } end && end <= seen.FromAt
                : blob.Properties.LastModified < now - OrphanAge);
            if (isStale)
            {
                await _container.GetBlobClient(blob.Name).DeleteIfExistsAsync(cancellationToken: cancellationToken);
                removed++;
            }
        }

        return removed;
    }

    private static async Task AppendAsync(AppendBlobClient blob, byte[] bytes, CancellationToken cancellationToken)
    {
        try
        {
            await blob.AddAsync(bytes, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.InvalidBlobType)
        {
            // Somebody put something else in its place.
            await blob.DeleteIfExistsAsync(cancellationToken: cancellationToken);
            await blob.AddAsync(bytes, cancellationToken);
        }
    }
}
