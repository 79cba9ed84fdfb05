using AuditFunctions.Pipeline.Storage.Account;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AuditFunctions.Pipeline.Storage.Lookups;

/// <summary>A lookup file in its container.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">How large it is.</param>
/// <param name="ChangedAt">When it was last written.</param>
public sealed record StoredLookup(string Name, long Bytes, DateTimeOffset? ChangedAt);

/// <summary>The files of container <c>lookups</c>, as people put them there.</summary>
public sealed class LookupFiles(StorageAccount storage)
{
    private readonly BlobContainerClient _container = storage.Lookups;

    /// <summary>All of them, in the order of their names; none without the container.</summary>
    public async Task<IReadOnlyList<StoredLookup>> ListAsync(CancellationToken cancellationToken)
    {
        var found = new List<StoredLookup>();
        try
        {
            await foreach (var blob in _container.GetBlobsAsync(cancellationToken: cancellationToken))
            {
                found.Add(new StoredLookup(blob.Name, blob.Properties.ContentLength ?? 0, blob.Properties.LastModified));
            }
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            // No file was ever added.
        }

        return found;
    }

    /// <summary>Adds a file, or replaces it.</summary>
    public async Task WriteAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        await _container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await _container.GetBlobClient(name).UploadAsync(content, overwrite: true, cancellationToken);
    }

    /// <summary>Removes a file, with the versions of it that are kept.</summary>
    public Task RemoveAsync(string name, CancellationToken cancellationToken) =>
        _container.GetBlobClient(name).DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellationToken);
}
