using AuditFunctions.Operations.Doctor.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>Whether blobs can be read and written, and their containers are there.</summary>
internal sealed class BlobCheck : ICheck
{
    private const string Nobody = "_doctor/none";

    /// <inheritdoc/>
    public string Name => "blobs";

    /// <inheritdoc/>
    public IEnumerable<Look> Looks(Examination on)
    {
        var storage = on.Installation.Storage;
        BlobContainerClient[] containers = [storage.Batches, storage.DeadLetters, storage.Seen];
        yield return new ServiceLook(
            StorageService.Blob(storage),
            on,
            [.. containers.Select(container => new StoredThing(container.Name, cancellationToken => ReadAsync(on, container, cancellationToken)))],
            cancellationToken => storage.Batches.GetBlobClient(Nobody).SetMetadataAsync(new Dictionary<string, string>(StringComparer.Ordinal), cancellationToken: cancellationToken)).Look;
    }

    private static async Task ReadAsync(Examination on, BlobContainerClient container, CancellationToken cancellationToken) => await on.Clocks.TimedAsync(
        container.Uri,
        async () =>
        {
            await using var pages = container.GetBlobsAsync(BlobTraits.None, BlobStates.None, Nobody, cancellationToken).AsPages(pageSizeHint: 1).GetAsyncEnumerator(cancellationToken);
            await pages.MoveNextAsync();
            return pages.Current;
        },
        page => page.GetRawResponse());
}
