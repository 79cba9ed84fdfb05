using Azure;
using Azure.Data.Tables;

namespace AuditFunctions.Pipeline.Storage.Tables;

/// <summary>
/// A table whose rows several processes write, each over the version that it has read. That somebody else was first is a result and not an exception; whatever
/// else storage answers is one. A write whose answer got lost is tried again by the client and then conflicts with itself: who must know reads the row. Thread safe.
/// </summary>
internal sealed class VersionedTable(TableClient table)
{
    /// <summary>Reads a row; null when there is none.</summary>
    /// <param name="partition">Its partition key.</param>
    /// <param name="row">Its row key.</param>
    /// <param name="columns">The columns to read; null for all.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<TableEntity?> FindAsync(string partition, string row, IEnumerable<string>? columns, CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(partition, row, columns, cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    /// <summary>Adds a row.</summary>
    /// <returns>Its version; null when there is one already.</returns>
    public async Task<ETag?> TryAddAsync(TableEntity row, CancellationToken cancellationToken)
    {
        try
        {
            return VersionOf(await table.AddEntityAsync(row, cancellationToken));
        }
        catch (RequestFailedException exception) when (exception.Status == 409)
        {
            return null;
        }
    }

    /// <summary>Sets some columns of a row, over a version of it.</summary>
    /// <returns>The new version; null when somebody has written or removed the row since.</returns>
    public Task<ETag?> TryMergeAsync(TableEntity row, ETag version, CancellationToken cancellationToken) =>
        TryUpdateAsync(row, version, TableUpdateMode.Merge, cancellationToken);

    /// <summary>Replaces a row, over a version of it: columns that are not given disappear.</summary>
    /// <returns>The new version; null when somebody has written or removed the row since.</returns>
    public Task<ETag?> TryReplaceAsync(TableEntity row, ETag version, CancellationToken cancellationToken) =>
        TryUpdateAsync(row, version, TableUpdateMode.Replace, cancellationToken);

    /// <summary>Adds a row when no version of it was read, else replaces that.</summary>
    /// <returns>The new version; null when somebody else was first.</returns>
    public Task<ETag?> TryPutAsync(TableEntity row, ETag? version, CancellationToken cancellationToken) =>
        version is { } known ? TryReplaceAsync(row, known, cancellationToken) : TryAddAsync(row, cancellationToken);

    /// <summary>Sets some columns of a row whatever its version, and adds the row when there is none.</summary>
    public Task MergeAnywayAsync(TableEntity row, CancellationToken cancellationToken) => table.UpsertEntityAsync(row, TableUpdateMode.Merge, cancellationToken);

    /// <summary>Removes a version of a row.</summary>
    /// <returns>false when somebody has written or removed the row since.</returns>
    public async Task<bool> TryRemoveAsync(string partition, string row, ETag version, CancellationToken cancellationToken)
    {
        try
        {
            return (await table.DeleteEntityAsync(partition, row, version, cancellationToken)).Status != 404;
        }
        catch (RequestFailedException exception) when (IsChanged(exception))
        {
            return false;
        }
    }

    private async Task<ETag?> TryUpdateAsync(TableEntity row, ETag version, TableUpdateMode mode, CancellationToken cancellationToken)
    {
        try
        {
            return VersionOf(await table.UpdateEntityAsync(row, version, mode, cancellationToken));
        }
        catch (RequestFailedException exception) when (IsChanged(exception))
        {
            return null;
        }
    }

    // 404: removed; 412: written. A table that is missing is another matter.
    private static bool IsChanged(RequestFailedException exception) => exception.Status is 404 or 412 && exception.ErrorCode != "TableNotFound";

    private static ETag VersionOf(Response response) =>
        response.Headers.ETag ?? throw new InvalidOperationException("Table storage answered a write without an ETag.");
}
