using System.IO.Compression;
using System.Text;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Account;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace AuditFunctions.Tests.Support;

/// <summary>Everything that an installation has stored and logged, as text.</summary>
internal static class StorageDump
{
    /// <summary>Every row, message, blob and line of the log; compressed ones decompressed.</summary>
    public static async Task<List<string>> OfAsync(PipelineHarness harness) => [.. harness.Log.Lines, .. await OfAsync(harness.Storage)];

    /// <summary>Every row, message and blob; compressed ones decompressed.</summary>
    public static async Task<List<string>> OfAsync(StorageAccount storage)
    {
        var found = new List<string>();
        await storage.SubjectKeys.CreateIfNotExistsAsync();
        await storage.Lookups.CreateIfNotExistsAsync();
        foreach (var table in new[] { storage.Sources, storage.Destinations, storage.Templates, storage.Checkpoints, storage.Ledger, storage.SubjectKeys })
        {
            await foreach (var row in table.QueryAsync<TableEntity>())
            {
                found.Add(string.Join(' ', row.Select(column => $"{column.Key}={(column.Value is byte[] bytes ? Encoding.Latin1.GetString(bytes) : column.Value)}")));
            }
        }

        foreach (var queue in new[] { storage.FetchQueue, storage.ShipQueue })
        {
            foreach (var text in (await queue.PeekMessagesAsync(32)).Value.Select(message => message.MessageText))
            {
                found.Add(text + Inflated(text));
            }
        }

        foreach (var container in new[] { storage.Batches, storage.DeadLetters, storage.Seen, storage.Lookups })
        {
            await foreach (var blob in container.GetBlobsAsync(global::Azure.Storage.Blobs.Models.BlobTraits.Metadata, global::Azure.Storage.Blobs.Models.BlobStates.None, "", CancellationToken.None))
            {
                found.Add(blob.Name + ' ' + string.Join(' ', blob.Metadata) + await TextAsync(container.GetBlobClient(blob.Name)));
            }
        }

        return found;
    }

    private static string Inflated(string message) =>
        message.StartsWith('{') && System.Text.Json.JsonSerializer.Deserialize(message, MessageJson.Default.ShipMessage)?.Body is { } body ? Inflated(body) : "";

    private static async Task<string> TextAsync(BlobClient blob) => Inflated((await blob.DownloadContentAsync()).Value.Content.ToArray());

    private static string Inflated(byte[] bytes)
    {
        if (bytes is not [0x1f, 0x8b, ..])
        {
            return Encoding.UTF8.GetString(bytes);
        }

        using var text = new StreamReader(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress));
        return text.ReadToEnd();
    }
}
