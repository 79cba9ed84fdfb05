using Azure.Core;
using Azure.Data.Tables.Http;
using Azure.Data.Tables.Json;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables;

/// <summary>The tables of an account. Thread-safe; make one and keep it.</summary>
public class TableServiceClient
{
    private readonly TableConnection? _connection;

    /// <summary>For doubles in tests.</summary>
    protected TableServiceClient()
    {
    }

    public TableServiceClient(string connectionString, TableClientOptions? options = null) =>
        _connection = TableConnection.FromConnectionString(connectionString, options);

    public TableServiceClient(Uri endpoint, TokenCredential tokenCredential, TableClientOptions? options = null) =>
        _connection = TableConnection.WithToken(endpoint, tokenCredential, options);

    public TableServiceClient(Uri endpoint, TableSharedKeyCredential credential) =>
        _connection = TableConnection.WithSharedKey(endpoint, credential);

    public TableServiceClient(Uri endpoint, AzureSasCredential credential) =>
        _connection = TableConnection.WithSas(endpoint, credential);

    public virtual string AccountName => Connection.AccountName;

    public virtual Uri Uri => Connection.Endpoint;

    private TableConnection Connection => _connection ?? throw new InvalidOperationException("This client was made without a connection.");

    public virtual TableClient GetTableClient(string tableName) => new(Connection, tableName);

    /// <summary>Answers with status 409 where the table exists already.</summary>
    public virtual Task<Response<TableItem>> CreateTableIfNotExistsAsync(string tableName, CancellationToken cancellationToken = default) =>
        TableOperations.CreateIfNotExistsAsync(Connection, tableName, cancellationToken);

    /// <summary>Answers with status 404 where there is no such table.</summary>
    public virtual Task<Response> DeleteTableAsync(string tableName, CancellationToken cancellationToken = default) =>
        TableOperations.DeleteAsync(Connection, tableName, cancellationToken);

    public virtual AsyncPageable<TableItem> QueryAsync(
        string? filter = null, int? maxPerPage = null, CancellationToken cancellationToken = default)
    {
        var query = new TableQuery(Connection, TablePath.Tables, filter, maxPerPage, null, ["NextTableName"]);
        return new QueryPages<TableItem>(query, ReadTables, cancellationToken);
    }

    private static List<TableItem> ReadTables(Response response) =>
        EntityReader.ReadTableNames(response).ConvertAll(name => new TableItem(name));
}
