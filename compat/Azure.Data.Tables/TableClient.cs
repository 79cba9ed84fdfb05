using Azure.Core;
using Azure.Data.Tables.Http;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables;

/// <summary>One table. Thread-safe; make one and keep it.</summary>
public partial class TableClient
{
    private readonly TableConnection? _connection;
    private readonly string _name = "";

    /// <summary>For doubles in tests.</summary>
    protected TableClient()
    {
    }

    public TableClient(string connectionString, string tableName, TableClientOptions? options = null)
        : this(TableConnection.FromConnectionString(connectionString, options), tableName)
    {
    }

    public TableClient(Uri endpoint, string tableName, TokenCredential tokenCredential, TableClientOptions? options = null)
        : this(TableConnection.WithToken(endpoint, tokenCredential, options), tableName)
    {
    }

    public TableClient(Uri endpoint, string tableName, TableSharedKeyCredential credential)
        : this(TableConnection.WithSharedKey(endpoint, credential), tableName)
    {
    }

    internal TableClient(TableConnection connection, string tableName)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        _connection = connection;
        _name = tableName;
    }

    public virtual string AccountName => Connection.AccountName;

    public virtual string Name => _name;

    public virtual Uri Uri => new($"{Connection.Endpoint.AbsoluteUri.TrimEnd('/')}{TablePath.Entities(Name)}");

    private TableConnection Connection => _connection ?? throw new InvalidOperationException("This client was made without a connection.");

    /// <summary>Answers with status 409 where the table exists already.</summary>
    public virtual Task<Response<TableItem>> CreateIfNotExistsAsync(CancellationToken cancellationToken = default) =>
        TableOperations.CreateIfNotExistsAsync(Connection, Name, cancellationToken);

    /// <summary>Answers with status 404 where there is no such table.</summary>
    public virtual Task<Response> DeleteAsync(CancellationToken cancellationToken = default) =>
        TableOperations.DeleteAsync(Connection, Name, cancellationToken);
}
