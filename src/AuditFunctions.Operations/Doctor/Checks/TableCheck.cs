using AuditFunctions.Operations.Doctor.Storage;
using Azure;
using Azure.Data.Tables;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>Whether tables can be read and written, and are there.</summary>
internal sealed class TableCheck : ICheck
{
    // No source can have such a name.
    private const string Nobody = "_doctor";

    /// <inheritdoc/>
    public string Name => "tables";

    /// <inheritdoc/>
    public IEnumerable<Look> Looks(Examination on)
    {
        var storage = on.Installation.Storage;
        TableClient[] tables = [storage.Sources, storage.Destinations, storage.Checkpoints, storage.Ledger];
        yield return new ServiceLook(
            StorageService.Table(storage),
            on,
            [.. tables.Select(table => new StoredThing(table.Name, cancellationToken => ReadAsync(on, table, cancellationToken)))],
            cancellationToken => storage.Checkpoints.UpdateEntityAsync(new TableEntity(Nobody, Nobody), ETag.All, TableUpdateMode.Merge, cancellationToken)).Look;
    }

    private static async Task ReadAsync(Examination on, TableClient table, CancellationToken cancellationToken) => await on.Clocks.TimedAsync(
        table.Uri,
        async () =>
        {
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Nobody}");
            await using var pages = table.QueryAsync<TableEntity>(filter, maxPerPage: 1, cancellationToken: cancellationToken).AsPages().GetAsyncEnumerator(cancellationToken);
            await pages.MoveNextAsync();
            return pages.Current;
        },
        page => page.GetRawResponse());
}
