namespace Azure.Data.Tables;

/// <summary>What every entity of a table has. Only <see cref="TableEntity"/> is read and written by this library.</summary>
public interface ITableEntity
{
    string PartitionKey { get; set; }

    string RowKey { get; set; }

    /// <summary>When the service last wrote the entity; never sent.</summary>
    DateTimeOffset? Timestamp { get; set; }

    ETag ETag { get; set; }
}
