using System.Globalization;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Pipeline.Storage.Account;
using Azure;
using Azure.Data.Tables;

namespace AuditFunctions.Pipeline.Storage.Rows;

/// <summary>The rows of <c>Sources</c>, <c>Destinations</c> or <c>Templates</c>, as people edit them.</summary>
/// <param name="table">The table.</param>
/// <param name="partitionKey"><c>source</c>, <c>destination</c> or <c>template</c>.</param>
public sealed class RowTable(TableClient table, string partitionKey)
{
    private const int MostMisplaced = 20;

    /// <summary>Partition key of source rows.</summary>
    public const string SourceKey = "source";

    /// <summary>Partition key of destination rows.</summary>
    public const string DestinationKey = "destination";

    /// <summary>Partition key of template rows.</summary>
    public const string TemplateKey = "template";

    /// <summary>The rows of sources.</summary>
    public static RowTable OfSources(StorageAccount storage) => new(storage.Sources, SourceKey);

    /// <summary>The rows of destinations.</summary>
    public static RowTable OfDestinations(StorageAccount storage) => new(storage.Destinations, DestinationKey);

    /// <summary>The rows of templates.</summary>
    public static RowTable OfTemplates(StorageAccount storage) => new(storage.Templates, TemplateKey);

    /// <summary>All rows, in the order of their names.</summary>
    public async Task<IReadOnlyList<TableRow>> ListAsync(CancellationToken cancellationToken)
    {
        var rows = new List<TableRow>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey}");
        await foreach (var entity in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            rows.Add(ToRow(entity));
        }

        return rows;
    }

    /// <summary>The first rows of the table that stand in another partition, as they do where somebody typed it: none of them is read. None where the table is missing.</summary>
    public async Task<IReadOnlyList<MisplacedRow>> MisplacedAsync(CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey ne {partitionKey}");
        var rows = new List<MisplacedRow>();
        try
        {
            await foreach (var entity in table.QueryAsync<TableEntity>(filter, MostMisplaced, ["PartitionKey", "RowKey"], cancellationToken))
            {
                rows.Add(new MisplacedRow(table.Name, entity.PartitionKey, entity.RowKey, partitionKey));
                if (rows.Count == MostMisplaced)
                {
                    break;
                }
            }
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == "TableNotFound")
        {
        }

        return rows;
    }

    /// <summary>A row by name, or null.</summary>
    public async Task<TableRow?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(partitionKey, name, cancellationToken: cancellationToken);
        return found.HasValue ? ToRow(found.Value!) : null;
    }

    /// <summary>Writes rows, a transaction's worth at a time: all of it or none.</summary>
    public async Task WriteAsync(IReadOnlyList<TableRow> rows, CancellationToken cancellationToken)
    {
        foreach (var group in RowGroups.Of(rows))
        {
            var actions = group.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, ToEntity(row)));
            await table.SubmitTransactionAsync(actions, cancellationToken);
        }
    }

    /// <summary>Removes a row.</summary>
    /// <returns>false when there was none.</returns>
    public async Task<bool> RemoveAsync(string name, CancellationToken cancellationToken)
    {
        var response = await table.DeleteEntityAsync(partitionKey, name, ETag.All, cancellationToken);
        return response.Status != 404;
    }

    private static TableRow ToRow(TableEntity entity)
    {
        var columns = TableRow.NewColumns();
        foreach (var (column, value) in entity)
        {
            if (column is "PartitionKey" or "RowKey" or "Timestamp" or "odata.etag")
            {
                continue;
            }

            // A portal lets people choose types: whatever they chose, we read text.
            var text = value switch
            {
                bool flag => flag ? "true" : "false",
                DateTimeOffset instant => instant.ToString("O", CultureInfo.InvariantCulture),
                byte[] => null,
                _ => Convert.ToString(value, CultureInfo.InvariantCulture),
            };
            if (!string.IsNullOrWhiteSpace(text))
            {
                columns[column] = text;
            }
        }

        return new TableRow(entity.RowKey, columns);
    }

    private TableEntity ToEntity(TableRow row)
    {
        var entity = new TableEntity(partitionKey, row.Name);
        foreach (var (column, value) in row.Columns)
        {
            entity[column] = value;
        }

        return entity;
    }
}
