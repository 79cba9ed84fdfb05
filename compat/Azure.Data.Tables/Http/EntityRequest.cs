using Azure.Core;

namespace Azure.Data.Tables.Http;

/// <summary>One write of an entity, alone or as a part of a transaction.</summary>
internal sealed class EntityRequest
{
    private EntityRequest(RequestMethod method, string path, TableEntity? entity, string? ifMatch)
    {
        Method = method;
        Path = path;
        Entity = entity;
        IfMatch = ifMatch;
    }

    public RequestMethod Method { get; }

    /// <summary>Below the endpoint, escaped.</summary>
    public string Path { get; }

    /// <summary>The body; a delete has none.</summary>
    public TableEntity? Entity { get; }

    /// <summary>The header; without it an update is an upsert.</summary>
    public string? IfMatch { get; }

    public static EntityRequest Add(string table, TableEntity entity) =>
        new(RequestMethod.Post, TablePath.Entities(table), entity, null);

    public static EntityRequest Update(string table, TableEntity entity, TableUpdateMode mode, ETag ifMatch) =>
        new(MethodOf(mode), TablePath.Entity(table, entity.PartitionKey, entity.RowKey), entity, HeaderOf(ifMatch));

    public static EntityRequest Upsert(string table, TableEntity entity, TableUpdateMode mode) =>
        new(MethodOf(mode), TablePath.Entity(table, entity.PartitionKey, entity.RowKey), entity, null);

    public static EntityRequest Delete(string table, string partitionKey, string rowKey, ETag ifMatch) =>
        new(RequestMethod.Delete, TablePath.Entity(table, partitionKey, rowKey), null, HeaderOf(ifMatch));

    public HttpMessage ToMessage(TableConnection connection, ResponseClassifier expected)
    {
        var message = connection.CreateMessage(Method, Path, expected);
        if (IfMatch is not null)
        {
            message.Request.Headers.Add(HttpHeader.Names.IfMatch, IfMatch);
        }
        if (Entity is not null)
        {
            var content = new PooledContent(Json.EntityWriter.SizeHint(Entity));
            message.Request.Content = content;
            Json.EntityWriter.Write(content, Entity);
            message.Request.Headers.Add(HttpHeader.Names.ContentType, "application/json");
            message.Request.Headers.Add(HttpHeader.Names.Prefer, "return-no-content");
        }
        return message;
    }

    private static RequestMethod MethodOf(TableUpdateMode mode) => mode switch
    {
        TableUpdateMode.Merge => RequestMethod.Patch,
        TableUpdateMode.Replace => RequestMethod.Put,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Merge or Replace."),
    };

    private static string HeaderOf(ETag ifMatch) => ifMatch == default ? ETag.All.ToString() : ifMatch.ToString("H");
}
