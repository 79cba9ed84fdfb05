using Azure.Core;
using Azure.Data.Tables.Http;
using Azure.Data.Tables.Json;

namespace Azure.Data.Tables;

public partial class TableClient
{
    /// <exception cref="RequestFailedException">409, EntityAlreadyExists.</exception>
    public virtual Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default) where T : ITableEntity =>
        WriteAsync(EntityRequest.Add(Name, SupportedEntity.From(entity)), cancellationToken);

    /// <summary>Writes over the version that <paramref name="ifMatch"/> names, or over any with <see cref="ETag.All"/>.</summary>
    /// <exception cref="RequestFailedException">412, UpdateConditionNotSatisfied: it has another version. 404: it is not there.</exception>
    public virtual Task<Response> UpdateEntityAsync<T>(
        T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        if (ifMatch == default)
        {
            throw new ArgumentException("An update needs the ETag of the version that it replaces, or ETag.All.", nameof(ifMatch));
        }
        return WriteAsync(EntityRequest.Update(Name, SupportedEntity.From(entity), mode, ifMatch), cancellationToken);
    }

    public virtual Task<Response> UpsertEntityAsync<T>(
        T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default) where T : ITableEntity =>
        WriteAsync(EntityRequest.Upsert(Name, SupportedEntity.From(entity), mode), cancellationToken);

    /// <summary>Deletes any version unless an ETag is given; answers with status 404 where there is nothing to delete.</summary>
    public virtual async Task<Response> DeleteEntityAsync(
        string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(partitionKey);
        ArgumentNullException.ThrowIfNull(rowKey);
        var delete = EntityRequest.Delete(Name, partitionKey, rowKey, ifMatch);
        using var message = delete.ToMessage(Connection, Expected.GoneOrAbsent);
        return await Connection.SendAsync(message, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="DeleteEntityAsync(string, string, ETag, CancellationToken)"/>
    public virtual Task<Response> DeleteEntityAsync(
        ITableEntity entity, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return DeleteEntityAsync(entity.PartitionKey, entity.RowKey, ifMatch, cancellationToken);
    }

    /// <exception cref="RequestFailedException">404.</exception>
    public virtual async Task<Response<T>> GetEntityAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        var response = await GetAsync<T>(partitionKey, rowKey, select, Expected.Ok, cancellationToken).ConfigureAwait(false);
        return Response.FromValue((T)(object)EntityReader.Read(response), response);
    }

    public virtual async Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        var response = await GetAsync<T>(partitionKey, rowKey, select, Expected.OkOrAbsent, cancellationToken).ConfigureAwait(false);
        return response.Status == 404
            ? new AbsentResponse<T>(response)
            : Response.FromValue((T)(object)EntityReader.Read(response), response);
    }

    private async Task<Response> GetAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select, ResponseClassifier expected, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(partitionKey);
        ArgumentNullException.ThrowIfNull(rowKey);
        SupportedEntity.CheckReadable<T>();
        using var message = Connection.CreateMessage(RequestMethod.Get, TablePath.Entity(Name, partitionKey, rowKey), expected);
        if (select is not null)
        {
            message.Request.Uri.AppendQuery("$select", string.Join(',', select), escapeValue: true);
        }
        return await Connection.SendAsync(message, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Response> WriteAsync(EntityRequest write, CancellationToken cancellationToken)
    {
        using var message = write.ToMessage(Connection, Expected.Written);
        return await Connection.SendAsync(message, cancellationToken).ConfigureAwait(false);
    }
}
