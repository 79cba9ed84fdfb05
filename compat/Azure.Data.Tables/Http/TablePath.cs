namespace Azure.Data.Tables.Http;

/// <summary>Escaped paths below the endpoint.</summary>
internal static class TablePath
{
    public const string Tables = "/Tables";

    public const string Batch = "/$batch";

    public static string Entities(string table) => $"/{Uri.EscapeDataString(table)}";

    public static string Table(string table) => $"/Tables('{Quoted(table)}')";

    public static string Entity(string table, string partitionKey, string rowKey) =>
        $"{Entities(table)}(PartitionKey='{Quoted(partitionKey)}',RowKey='{Quoted(rowKey)}')";

    /// <summary>Inside an OData literal a quote is doubled; then everything is escaped for the path.</summary>
    private static string Quoted(string value) => Uri.EscapeDataString(value.Replace("'", "''", StringComparison.Ordinal));
}
