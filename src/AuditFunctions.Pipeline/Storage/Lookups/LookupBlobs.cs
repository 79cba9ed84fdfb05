using AuditFunctions.Pipeline.Storage.Account;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AuditFunctions.Pipeline.Storage.Lookups;

/// <summary>
/// Lookup files in container <c>lookups</c>. A version that is used is kept as a snapshot of its blob, so that a page that was in flight when the file was
/// replaced is repeated with the version of before.
/// </summary>
internal sealed class LookupBlobs(StorageAccount storage, TimeProvider time) : ILookupOrigin
{
    private const string VersionKey = "version";

    // Longer than a page is in flight, outages included.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    private readonly BlobContainerClient _container = storage.Lookups;

    /// <inheritdoc/>
    public async Task<LookupStamp?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            BlobProperties found = await _container.GetBlobClient(name).GetPropertiesAsync(cancellationToken: cancellationToken);
            return new LookupStamp(VersionOf(found.ETag), found.ContentLength);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<LookupStamp?> FindAsync(string name, string version, CancellationToken cancellationToken) =>
        await FindAsync(name, cancellationToken) is { } now && now.Version == version ? now
        : await SnapshotOfAsync(name, version, cancellationToken) is { } kept ? new LookupStamp(version, kept.Properties.ContentLength ?? 0)
        : null;

    /// <inheritdoc/>
    public async Task<byte[]?> ReadAsync(string name, LookupStamp stamp, CancellationToken cancellationToken)
    {
        var snapshot = await SnapshotOfAsync(name, stamp.Version, cancellationToken) is { } known ? known.Snapshot : await KeepAsync(name, stamp.Version, cancellationToken);
        if (snapshot is null)
        {
            return null;
        }

        using BlobDownloadStreamingResult blob = await _container.GetBlobClient(name).WithSnapshot(snapshot).DownloadStreamingAsync(cancellationToken: cancellationToken);
        var bytes = new byte[stamp.Bytes];
        await blob.Content.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    // The version stands in the snapshot's metadata: what of the blob's properties a snapshot shares is the service's affair.
    private async Task<string?> KeepAsync(string name, string version, CancellationToken cancellationToken)
    {
        var blob = _container.GetBlobClient(name);
        try
        {
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [VersionKey] = version };
            var unchanged = new BlobRequestConditions { IfMatch = new ETag($"\"{version}\"") };
            BlobSnapshotInfo made = await blob.CreateSnapshotAsync(metadata, unchanged, cancellationToken);
            await SweepAsync(name, made.Snapshot, cancellationToken);
            return made.Snapshot;
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 412)
        {
            return null;
        }
    }

    private async Task<BlobItem?> SnapshotOfAsync(string name, string version, CancellationToken cancellationToken)
    {
        await foreach (var snapshot in SnapshotsAsync(name, cancellationToken))
        {
            if (snapshot.Metadata?.TryGetValue(VersionKey, out var of) == true && of == version)
            {
                return snapshot;
            }
        }

        return null;
    }

    private async Task SweepAsync(string name, string but, CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - Kept;
        await foreach (var snapshot in SnapshotsAsync(name, cancellationToken))
        {
            if (snapshot.Snapshot != but && DateTimeOffset.TryParse(snapshot.Snapshot, System.Globalization.CultureInfo.InvariantCulture, out var madeAt) && madeAt < before)
            {
                await _container.GetBlobClient(name).WithSnapshot(snapshot.Snapshot).DeleteIfExistsAsync(cancellationToken: cancellationToken);
            }
        }
    }

    private async IAsyncEnumerable<BlobItem> SnapshotsAsync(string name, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var options = new GetBlobsOptions { Prefix = name, Traits = BlobTraits.Metadata, States = BlobStates.Snapshots };
        await foreach (var blob in _container.GetBlobsAsync(options, cancellationToken))
        {
            if (blob.Name == name && blob.Snapshot is not null)
            {
                yield return blob;
            }
        }
    }

    private static string VersionOf(ETag tag) => tag.ToString().Trim('"');
}
