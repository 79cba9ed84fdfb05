using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace AuditFunctions.Pipeline.Storage.Listings;

/// <summary>
/// The objects of listings: append blobs in container <c>seen</c>, a folder for each listing. Keys and content hashes lie in blobs <c>keys-0000</c> and so
/// on; where changes are described, what that needs lies compressed in <c>fields-0000</c> and so on. A block is void until the checkpoint says that it is
/// valid. Thread safe.
/// </summary>
internal sealed class ListingStore(StorageAccount storage)
{
    /// <summary>The most objects of a block's part.</summary>
    public const int MostObjects = 20_000;

    /// <summary>From so many bytes of fields on the next object belongs to the next part.</summary>
    public const int MostFieldBytes = 2 << 20;

    private const int HeaderBytes = sizeof(long) + sizeof(int) + sizeof(int) + sizeof(long);
    private const int RecordBytes = EventKey.Size + sizeof(ulong);

    // The service takes 50,000 blocks a blob; our blocks may have parts.
    private const long BlocksPerSegment = 20_000;

    // A block of fields that is longer is not ours.
    private const int LongestFields = 64 << 20;

    private readonly BlobContainerClient _container = storage.Seen;

    /// <summary>What the names of the blobs start with that a partition needs.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="open">When the listing was begun that is being read; null when none is.</param>
    /// <param name="last">The last complete one.</param>
    public static IEnumerable<string> FoldersOf(PartitionId partition, DateTimeOffset? open, LastListing? last) =>
        new[] { open, last?.StartedAt }.OfType<DateTimeOffset>().Select(listing => FolderOf(partition, listing));

    /// <summary>What the names of a listing's blobs start with.</summary>
    public static string FolderOf(PartitionId partition, DateTimeOffset listing) => SeenNames.FolderOf(partition, EpochOf(listing));

    /// <summary>Adds a block; safe to repeat.</summary>
    public async Task AppendAsync(PartitionId partition, DateTimeOffset listing, long block, IReadOnlyList<ListedObject> objects, CancellationToken cancellationToken)
    {
        var segment = (int)(block / BlocksPerSegment);
        var keys = BlobOf(partition, listing, "keys", segment);
        for (var from = 0; from < objects.Count;)
        {
            var (count, bytes) = PartOf(objects, from);
            var (offset, length) = bytes == 0 ? (0L, 0) : await AppendFieldsAsync(BlobOf(partition, listing, "fields", segment), objects, from, count, cancellationToken);
            var part = new byte[HeaderBytes + (count * RecordBytes)];
            BinaryPrimitives.WriteInt64LittleEndian(part, block);
            BinaryPrimitives.WriteInt32LittleEndian(part.AsSpan(8), count);
            BinaryPrimitives.WriteInt32LittleEndian(part.AsSpan(12), length);
            BinaryPrimitives.WriteInt64LittleEndian(part.AsSpan(16), offset);
            for (var at = 0; at < count; at++)
            {
                var record = part.AsSpan(HeaderBytes + (at * RecordBytes));
                objects[from + at].Key.WriteTo(record);
                BinaryPrimitives.WriteUInt64LittleEndian(record[EventKey.Size..], objects[from + at].Content);
            }

            await keys.AddAsync(part, cancellationToken);
            from += count;
        }
    }

    /// <summary>Reads the valid blocks of a listing in their order. What is not ours ends its segment.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="listing">When the listing was begun.</param>
    /// <param name="upToBlock">The last valid block.</param>
    /// <param name="take">Takes each object, its block, and where its fields lie.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task ReadAsync(PartitionId partition, DateTimeOffset listing, long upToBlock, Action<long, EventKey, ulong, FieldsPlace> take, CancellationToken cancellationToken)
    {
        var (header, records) = (new byte[HeaderBytes], new byte[MostObjects * RecordBytes]);
        for (var segment = 0; upToBlock > 0 && segment <= upToBlock / BlocksPerSegment; segment++)
        {
            try
            {
                using BlobDownloadStreamingResult blob = await BlobOf(partition, listing, "keys", segment).DownloadStreamingAsync(cancellationToken: cancellationToken);
                while (await blob.Content.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, cancellationToken) == HeaderBytes)
                {
                    var block = BinaryPrimitives.ReadInt64LittleEndian(header);
                    var count = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8));
                    var place = new FieldsPlace(segment, BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(16)), BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12)));
                    if (count is < 0 or > MostObjects || await blob.Content.ReadAtLeastAsync(records.AsMemory(0, count * RecordBytes), count * RecordBytes, throwOnEndOfStream: false, cancellationToken) < count * RecordBytes)
                    {
                        break;
                    }

                    for (var at = 0; at < count && block <= upToBlock; at++)
                    {
                        var record = records.AsSpan(at * RecordBytes, RecordBytes);
                        take(block, EventKey.ReadFrom(record), BinaryPrimitives.ReadUInt64LittleEndian(record[EventKey.Size..]), place);
                    }
                }
            }
            catch (RequestFailedException exception) when (exception.Status == 404)
            {
                // A segment of which every block had no object, or somebody removed it: what is missing is noticed by its number.
            }
        }
    }

    /// <summary>Reads the fields of some objects of one part.</summary>
    /// <returns>By key; objects of which nothing is kept are not among them, nor any of a part that is damaged.</returns>
    public async Task<IReadOnlyDictionary<EventKey, byte[]>> ReadFieldsAsync(
        PartitionId partition, DateTimeOffset listing, FieldsPlace place, IReadOnlySet<EventKey> wanted, CancellationToken cancellationToken)
    {
        var found = new Dictionary<EventKey, byte[]>();
        if (place.Length is <= 0 or > LongestFields)
        {
            return found;
        }

        try
        {
            var options = new BlobDownloadOptions { Range = new HttpRange(place.Offset, place.Length) };
            using BlobDownloadStreamingResult blob = await BlobOf(partition, listing, "fields", place.Segment).DownloadStreamingAsync(options, cancellationToken);
            await using var gzip = new GZipStream(blob.Content, CompressionMode.Decompress);
            var head = new byte[EventKey.Size + sizeof(int)];
            while (await gzip.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken) == head.Length)
            {
                var length = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(EventKey.Size));
                if (length is < 0 or > LongestFields)
                {
                    break;
                }

                var fields = new byte[length];
                await gzip.ReadExactlyAsync(fields, cancellationToken);
                if (length > 0 && EventKey.ReadFrom(head) is var key && wanted.Contains(key))
                {
                    found[key] = fields;
                }
            }
        }
        catch (Exception exception) when (exception is RequestFailedException { Status: 404 or 416 } or InvalidDataException or EndOfStreamException)
        {
            // Somebody damaged it. What was read before that shows is not what was written, perhaps.
            found.Clear();
        }

        return found;
    }

    private static string EpochOf(DateTimeOffset listing) => listing.UtcDateTime.ToString("'listing-'yyyyMMddHHmmssfffffff", CultureInfo.InvariantCulture);

    private static (int Count, int FieldBytes) PartOf(IReadOnlyList<ListedObject> objects, int from)
    {
        var (count, bytes) = (0, 0);
        while (from + count < objects.Count && count < MostObjects && bytes < MostFieldBytes)
        {
            bytes += objects[from + count++].Fields.Length;
        }

        return (count, bytes);
    }

    private static async Task<(long Offset, int Length)> AppendFieldsAsync(AppendBlobClient blob, IReadOnlyList<ListedObject> objects, int from, int count, CancellationToken cancellationToken)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var head = new byte[EventKey.Size + sizeof(int)];
            for (var at = from; at < from + count; at++)
            {
                objects[at].Key.WriteTo(head);
                BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(EventKey.Size), objects[at].Fields.Length);
                gzip.Write(head);
                gzip.Write(objects[at].Fields.Span);
            }
        }

        return (await blob.AddAsync(packed.ToArray(), cancellationToken), (int)packed.Length);
    }

    private AppendBlobClient BlobOf(PartitionId partition, DateTimeOffset listing, string kind, int segment) =>
        _container.GetAppendBlobClient(string.Create(CultureInfo.InvariantCulture, $"{FolderOf(partition, listing)}{kind}-{segment:0000}"));
}
