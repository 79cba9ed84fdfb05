using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.Account;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AuditFunctions.Pipeline.Storage.Bodies;

/// <summary>Bodies that do not fit into a message: one blob each, in container <c>batches</c>.</summary>
public sealed class BodyStore(StorageAccount storage)
{
    private readonly BlobContainerClient _container = storage.Batches;

    /// <summary>Name of a batch's blob: the same for a repeated page, which overwrites it.</summary>
    public static string NameOf(string day, string destination, string batchId) => $"{day}/{destination}/{batchId}";

    /// <summary>Stores a body.</summary>
    public Task WriteAsync(string name, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        _container.GetBlobClient(name).UploadAsync(BinaryData.FromBytes(body), overwrite: true, cancellationToken);

    /// <summary>Reads a body into a buffer.</summary>
    /// <returns>false when there is no such blob.</returns>
    public async Task<bool> ReadAsync(string name, PooledBytes into, CancellationToken cancellationToken)
    {
        try
        {
            using BlobDownloadStreamingResult blob = await _container.GetBlobClient(name).DownloadStreamingAsync(cancellationToken: cancellationToken);
            var length = blob.Details.ContentLength;
            while (true)
            {
                var read = await blob.Content.ReadAsync(into.GetMemory((int)Math.Max(length + 1 - into.Length, 4096)), cancellationToken);
                if (read == 0)
                {
                    return true;
                }

                into.Advance(read);
            }
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            // Only the blob itself: of a container that somebody removed every body would be given up, although it can be brought back.
            return false;
        }
    }

    /// <summary>Removes the bodies of days before one that were written before it, too: a window that a pause left open for long has batches of its old day.</summary>
    /// <returns>How many were removed.</returns>
    public async Task<int> SweepAsync(DateOnly before, CancellationToken cancellationToken)
    {
        var removed = 0;
        var start = new DateTimeOffset(before.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var day = before.ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture);
        await foreach (var blob in _container.GetBlobsAsync(cancellationToken: cancellationToken))
        {
            // Names start with their day and are listed in order.
            if (string.CompareOrdinal(blob.Name, 0, day, 0, day.Length) >= 0)
            {
                break;
            }

            if (blob.Properties.LastModified < start)
            {
                await RemoveAsync(blob.Name, cancellationToken);
                removed++;
            }
        }

        return removed;
    }

    /// <summary>Removes a body, if it is there.</summary>
    public Task RemoveAsync(string name, CancellationToken cancellationToken) =>
        _container.GetBlobClient(name).DeleteIfExistsAsync(cancellationToken: cancellationToken);
}
