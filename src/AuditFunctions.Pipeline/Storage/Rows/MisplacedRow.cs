namespace AuditFunctions.Pipeline.Storage.Rows;

/// <summary>A row that stands in another partition of its table than the one that is read: nobody reads it, so nothing else says that it is there.</summary>
/// <param name="Table">The table.</param>
/// <param name="PartitionKey">The partition in which it stands.</param>
/// <param name="Name">Its RowKey.</param>
/// <param name="Wanted">The partition that is read.</param>
public sealed record MisplacedRow(string Table, string PartitionKey, string Name, string Wanted)
{
    /// <summary>What is wrong.</summary>
    public string What => $"row '{Name}' of table {Table} is not read: its PartitionKey is '{PartitionKey}', and it must be '{Wanted}'";

    /// <summary>The same as a sentence.</summary>
    public string Sentence => $"R{What[1..]}.";
}
