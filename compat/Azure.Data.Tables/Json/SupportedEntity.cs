namespace Azure.Data.Tables.Json;

/// <summary>Only <see cref="TableEntity"/> is read and written: other types would need reflection.</summary>
internal static class SupportedEntity
{
    public static TableEntity From(ITableEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        var supported = entity as TableEntity ?? throw NotSupported(entity.GetType());
        if (supported.PartitionKey is null || supported.RowKey is null)
        {
            throw new ArgumentException("The entity's PartitionKey and RowKey must be set.", nameof(entity));
        }
        return supported;
    }

    public static void CheckReadable<T>()
    {
        if (!typeof(T).IsAssignableFrom(typeof(TableEntity)))
        {
            throw NotSupported(typeof(T));
        }
    }

    private static NotSupportedException NotSupported(Type type) =>
        new($"Entities of type {type} are not supported here; use {nameof(TableEntity)}.");
}
