using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;

namespace AuditFunctions.Pipeline.Storage.Account;

/// <summary>Something that must exist in a service, and a request that reads a little of it.</summary>
/// <param name="Name">Its name in storage.</param>
/// <param name="Uri">Its address.</param>
/// <param name="ReadAsync">Reads; fails as the service says when it is missing or may not be read.</param>
public sealed record ProbedThing(string Name, Uri Uri, Func<CancellationToken, Task<Response>> ReadAsync);

/// <summary>
/// Finds out whether an account's services can be read and written. The requests that write change things that are not there: refused without the right
/// to write, answered 404 with it, and nothing is left behind.
/// </summary>
public sealed class AccountProbe(StorageAccount storage)
{
    // No source can have such a name.
    private const string NoSource = "_doctor";
    private const string NoBlob = "_doctor/none";

    // Well formed, and of no message.
    private const string NoMessage = "00000000-0000-0000-0000-000000000000";
    private const string NoReceipt = "AgAAAAMAAAAAAAAAAAAAAAAAAAA=";

    /// <summary>The tables.</summary>
    public IReadOnlyList<ProbedThing> Tables => [.. new[] { storage.Sources, storage.Destinations, storage.Checkpoints, storage.Ledger }.Select(Of)];

    /// <summary>The table of subjects' keys, which is there once a source has needed it.</summary>
    public ProbedThing Subjects => Of(storage.SubjectKeys);

    /// <summary>The queues. No message is taken or hidden.</summary>
    public IReadOnlyList<ProbedThing> Queues => [.. new[] { storage.FetchQueue, storage.ShipQueue }.Select(Of)];

    /// <summary>The containers.</summary>
    public IReadOnlyList<ProbedThing> Containers => [.. new[] { storage.Batches, storage.DeadLetters, storage.Seen }.Select(Of)];

    /// <summary>Needs the right to write tables.</summary>
    public Task WriteTableAsync(CancellationToken cancellationToken) =>
        storage.Checkpoints.UpdateEntityAsync(new TableEntity(NoSource, NoSource), ETag.All, TableUpdateMode.Merge, cancellationToken);

    /// <summary>Needs the right to write queues.</summary>
    public Task WriteQueueAsync(CancellationToken cancellationToken) =>
        storage.FetchQueue.UpdateMessageAsync(NoMessage, NoReceipt, "{}", TimeSpan.Zero, cancellationToken);

    /// <summary>Needs the right to write blobs.</summary>
    public Task WriteBlobAsync(CancellationToken cancellationToken) =>
        storage.Batches.GetBlobClient(NoBlob).SetMetadataAsync(new Dictionary<string, string>(StringComparer.Ordinal), cancellationToken: cancellationToken);

    private static ProbedThing Of(TableClient table) => new(table.Name, table.Uri, async cancellationToken =>
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {NoSource}");
        await using var pages = table.QueryAsync<TableEntity>(filter, maxPerPage: 1, cancellationToken: cancellationToken).AsPages().GetAsyncEnumerator(cancellationToken);
        await pages.MoveNextAsync();
        return pages.Current.GetRawResponse();
    });

    private static ProbedThing Of(QueueClient queue) => new(queue.Name, queue.Uri, async cancellationToken =>
    {
        var properties = await queue.GetPropertiesAsync(cancellationToken);
        await queue.PeekMessageAsync(cancellationToken);
        return properties.GetRawResponse();
    });

    private static ProbedThing Of(BlobContainerClient container) => new(container.Name, container.Uri, async cancellationToken =>
    {
        var blobs = container.GetBlobsAsync(BlobTraits.None, BlobStates.None, NoBlob, cancellationToken);
        await using var pages = blobs.AsPages(pageSizeHint: 1).GetAsyncEnumerator(cancellationToken);
        await pages.MoveNextAsync();
        return pages.Current.GetRawResponse();
    });
}
