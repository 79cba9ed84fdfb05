using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Sources;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace AuditFunctions.Pipeline.Storage.Listings;

/// <summary>A row of a listing's table as it is kept.</summary>
/// <param name="Key">The object's key.</param>
/// <param name="Content">Hash of what counted of its content.</param>
/// <param name="Json">The row: a JSON object without line breaks.</param>
internal readonly record struct ListedRow(EventKey Key, ulong Content, ReadOnlyMemory<byte> Json);

/// <summary>
/// The rows of the table that a listing becomes, while it is read: append blobs <c>rows-0000</c> and so on in the listing's folder. A part is of a block,
/// and void until the checkpoint says that the block is valid. Thread safe.
/// </summary>
internal sealed class ListingRows(StorageAccount storage)
{
    // A part is one append; the service takes 50,000 of them a blob, and parts are of a page or more.
    private const long BlocksPerSegment = 20_000;
    private const int MostPartBytes = 2 << 20;
    private const int HeaderBytes = sizeof(long) + sizeof(int);
    private const int RowHeadBytes = EventKey.Size + sizeof(ulong) + sizeof(int);

    // A part that is longer is not ours.
    private const int LongestPart = 64 << 20;

    private readonly BlobContainerClient _container = storage.Seen;

    /// <summary>Adds the rows of a block; safe to repeat.</summary>
    public async Task AppendAsync(PartitionId partition, DateTimeOffset listing, long block, IReadOnlyList<ListedRow> rows, CancellationToken cancellationToken)
    {
        var blob = BlobOf(partition, listing, block / BlocksPerSegment);
        for (var from = 0; from < rows.Count;)
        {
            var (count, bytes) = (0, 0);
            while (from + count < rows.Count && bytes < MostPartBytes)
            {
                bytes += RowHeadBytes + rows[from + count++].Json.Length;
            }

            await blob.AddAsync(Packed(block, rows.Skip(from).Take(count)), cancellationToken);
            from += count;
        }
    }

    /// <summary>Reads the rows of the valid blocks in their order. What is not ours ends a blob: who counts notices.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="listing">When the listing was begun.</param>
    /// <param name="upToBlock">The last valid block.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<ListedRow> ReadAsync(
        PartitionId partition, DateTimeOffset listing, long upToBlock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var segment = 0L; segment <= upToBlock / BlocksPerSegment; segment++)
        {
            await using var content = await OpenAsync(BlobOf(partition, listing, segment), cancellationToken);
            while (await PartAsync(content, cancellationToken) is var (block, rows))
            {
                foreach (var row in block <= upToBlock ? rows : [])
                {
                    yield return row;
                }
            }
        }
    }

    private static byte[] Packed(long block, IEnumerable<ListedRow> rows)
    {
        using var packed = new MemoryStream();
        packed.Write(new byte[HeaderBytes]);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var head = new byte[RowHeadBytes];
            foreach (var row in rows)
            {
                row.Key.WriteTo(head);
                BinaryPrimitives.WriteUInt64LittleEndian(head.AsSpan(EventKey.Size), row.Content);
                BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(EventKey.Size + sizeof(ulong)), row.Json.Length);
                gzip.Write(head);
                gzip.Write(row.Json.Span);
            }
        }

        var part = packed.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(part, block);
        BinaryPrimitives.WriteInt32LittleEndian(part.AsSpan(sizeof(long)), part.Length - HeaderBytes);
        return part;
    }

    private static async Task<(long Block, IReadOnlyList<ListedRow> Rows)?> PartAsync(Stream content, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderBytes];
        if (await content.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, cancellationToken) < HeaderBytes)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(sizeof(long)));
        if (length is <= 0 or > LongestPart)
        {
            return null;
        }

        var packed = new byte[length];
        return await content.ReadAtLeastAsync(packed, length, throwOnEndOfStream: false, cancellationToken) < length
            ? null
            : (BinaryPrimitives.ReadInt64LittleEndian(header), Unpacked(packed));
    }

    private static List<ListedRow> Unpacked(byte[] packed)
    {
        var rows = new List<ListedRow>();
        try
        {
            using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            var head = new byte[RowHeadBytes];
            while (gzip.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length)
            {
                var length = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(EventKey.Size + sizeof(ulong)));
                if (length is < 0 or > LongestPart)
                {
                    break;
                }

                var json = new byte[length];
                gzip.ReadExactly(json);
                rows.Add(new ListedRow(EventKey.ReadFrom(head), BinaryPrimitives.ReadUInt64LittleEndian(head.AsSpan(EventKey.Size)), json));
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            // Somebody damaged it. What was read before that shows is not what was written, perhaps.
            rows.Clear();
        }

        return rows;
    }

    private static async Task<Stream> OpenAsync(AppendBlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            BlobDownloadStreamingResult found = await blob.DownloadStreamingAsync(cancellationToken: cancellationToken);
            return found.Content;
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return Stream.Null;
        }
    }

    private AppendBlobClient BlobOf(PartitionId partition, DateTimeOffset listing, long segment) =>
        _container.GetAppendBlobClient(string.Create(CultureInfo.InvariantCulture, $"{ListingStore.FolderOf(partition, listing)}rows-{segment:0000}"));
}
