using Azure.Core;
using Azure.Data.Tables.Json;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables.Http;

/// <summary>Making and deleting a table: the same from a service client and from the table's own.</summary>
internal static class TableOperations
{
    public static async Task<Response<TableItem>> CreateIfNotExistsAsync(
        TableConnection connection, string tableName, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        using var message = connection.CreateMessage(RequestMethod.Post, TablePath.Tables, Expected.WrittenOrPresent);
        var content = new PooledContent(256);
        message.Request.Content = content;
        EntityWriter.WriteTableName(content, tableName);
        message.Request.Headers.Add(HttpHeader.Names.ContentType, "application/json");
        message.Request.Headers.Add(HttpHeader.Names.Prefer, "return-no-content");
        var response = await connection.SendAsync(message, cancellationToken).ConfigureAwait(false);
        if (response.Status == 409)
        {
            // The other conflict is a table of that name that is still being deleted.
            var failure = new RequestFailedException(response);
            if (failure.ErrorCode != TableErrorCode.TableAlreadyExists)
            {
                throw failure;
            }
        }
        return Response.FromValue(new TableItem(tableName), response);
    }

    public static async Task<Response> DeleteAsync(TableConnection connection, string tableName, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        using var message = connection.CreateMessage(RequestMethod.Delete, TablePath.Table(tableName), Expected.GoneOrAbsent);
        return await connection.SendAsync(message, cancellationToken).ConfigureAwait(false);
    }
}
