using AuditFunctions.Pipeline.Storage.Account;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace AuditFunctions.Tests.Recovery;

/// <summary>Parts of an installation that are lost, and then there again, empty, as after a restart or a deployment.</summary>
internal static class Lost
{
    public static async Task TablesAsync(StorageAccount storage, params TableClient[] tables)
    {
        foreach (var table in tables)
        {
            await table.DeleteAsync();
        }

        await storage.CreateMissingAsync(default);
    }

    public static async Task QueuesAsync(StorageAccount storage, params QueueClient[] queues)
    {
        foreach (var queue in queues)
        {
            await queue.DeleteAsync();
        }

        await storage.CreateMissingAsync(default);
    }

    public static async Task ContainersAsync(StorageAccount storage, params BlobContainerClient[] containers)
    {
        foreach (var container in containers)
        {
            await container.DeleteAsync();
        }

        await storage.CreateMissingAsync(default);
    }
}
