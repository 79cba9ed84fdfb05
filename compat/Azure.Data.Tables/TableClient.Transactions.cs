using Azure.Core;
using Azure.Data.Tables.Http;
using Azure.Data.Tables.Json;
using Azure.Data.Tables.Transactions;

namespace Azure.Data.Tables;

public partial class TableClient
{
    /// <summary>Writes up to 100 entities of one partition, all or none. The responses are in the order of the actions.</summary>
    /// <exception cref="TableTransactionFailedException">Refused; it names the action where the service does.</exception>
    public virtual async Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(
        IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transactionActions);
        EntityRequest[] requests = [.. transactionActions.Select(RequestFor)];
        if (requests.Length == 0)
        {
            throw new InvalidOperationException("A transaction needs at least one action.");
        }
        using var message = Connection.CreateMessage(RequestMethod.Post, TablePath.Batch, Expected.Accepted);
        var content = new PooledContent(requests.Sum(r => 512 + (r.Entity is null ? 0 : EntityWriter.SizeHint(r.Entity))));
        message.Request.Content = content;
        var boundary = $"batch_{Guid.NewGuid():D}";
        TransactionWriter.Write(content, boundary, Connection.Endpoint, requests);
        message.Request.Headers.Add(HttpHeader.Names.ContentType, $"multipart/mixed; boundary={boundary}");
        var response = await Connection.SendAsync(message, cancellationToken).ConfigureAwait(false);

        var parts = TransactionReader.Read(response);
        if (parts.FirstOrDefault(part => part.IsError) is { } failed)
        {
            throw new TableTransactionFailedException(failed, TableErrorParser.Instance, TransactionReader.FailedIndex(failed));
        }
        return Response.FromValue<IReadOnlyList<Response>>(parts, response);
    }

    private EntityRequest RequestFor(TableTransactionAction action)
    {
        var entity = SupportedEntity.From(action.Entity);
        return action.ActionType switch
        {
            TableTransactionActionType.Add => EntityRequest.Add(Name, entity),
            TableTransactionActionType.UpdateMerge => EntityRequest.Update(Name, entity, TableUpdateMode.Merge, action.ETag),
            TableTransactionActionType.UpdateReplace => EntityRequest.Update(Name, entity, TableUpdateMode.Replace, action.ETag),
            TableTransactionActionType.Delete => EntityRequest.Delete(Name, entity.PartitionKey, entity.RowKey, action.ETag),
            TableTransactionActionType.UpsertMerge => EntityRequest.Upsert(Name, entity, TableUpdateMode.Merge),
            TableTransactionActionType.UpsertReplace => EntityRequest.Upsert(Name, entity, TableUpdateMode.Replace),
            _ => throw new NotSupportedException($"There is no transaction action {action.ActionType}."),
        };
    }
}
