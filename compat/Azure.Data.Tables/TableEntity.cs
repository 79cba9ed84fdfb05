namespace Azure.Data.Tables;

/// <summary>
/// An entity as named values. Names are case-sensitive; a name that is absent reads as null; a value of another type than the one
/// asked for is an <see cref="InvalidOperationException"/>, never a silent conversion.
/// </summary>
public sealed partial class TableEntity
{
    /// <summary>The name under which the ETag is kept, as the service sends it.</summary>
    internal const string ETagName = "odata.etag";

    public TableEntity()
    {
    }

    public TableEntity(string partitionKey, string rowKey)
    {
        PartitionKey = partitionKey;
        RowKey = rowKey;
    }

    public DateTimeOffset? Timestamp
    {
        get => GetDateTimeOffset(nameof(Timestamp));
        set => Set(nameof(Timestamp), value);
    }

    public ETag ETag
    {
        get => GetString(ETagName) is { } etag ? new ETag(etag) : default;
        set => Set(ETagName, value == default ? null : value.ToString());
    }

    public string? GetString(string key) => Get(key) switch
    {
        null => null,
        string value => value,
        var other => throw Mismatch(key, "a string", other),
    };

    public bool? GetBoolean(string key) => Get(key) switch
    {
        null => null,
        bool value => value,
        var other => throw Mismatch(key, "a Boolean", other),
    };

    public int? GetInt32(string key) => Get(key) switch
    {
        null => null,
        int value => value,
        var other => throw Mismatch(key, "an Int32", other),
    };

    public long? GetInt64(string key) => Get(key) switch
    {
        null => null,
        long value => value,
        var other => throw Mismatch(key, "an Int64", other),
    };

    public double? GetDouble(string key) => Get(key) switch
    {
        null => null,
        double value => value,
        var other => throw Mismatch(key, "a Double", other),
    };

    public Guid? GetGuid(string key) => Get(key) switch
    {
        null => null,
        Guid value => value,
        var other => throw Mismatch(key, "a Guid", other),
    };

    public DateTimeOffset? GetDateTimeOffset(string key) => Get(key) switch
    {
        null => null,
        DateTimeOffset value => value,
        DateTime value => new DateTimeOffset(Utc.Of(value)),
        var other => throw Mismatch(key, "a DateTimeOffset", other),
    };

    public DateTime? GetDateTime(string key) => Get(key) switch
    {
        null => null,
        DateTime value => value,
        DateTimeOffset value => value.UtcDateTime,
        var other => throw Mismatch(key, "a DateTime", other),
    };

    public byte[]? GetBinary(string key) => Get(key) switch
    {
        null => null,
        byte[] value => value,
        BinaryData value => value.ToArray(),
        var other => throw Mismatch(key, "binary", other),
    };

    public BinaryData? GetBinaryData(string key) => Get(key) switch
    {
        null => null,
        BinaryData value => value,
        byte[] value => BinaryData.FromBytes(value),
        var other => throw Mismatch(key, "binary", other),
    };

    private object? Get(string key) => _values.GetValueOrDefault(key);

    private static InvalidOperationException Mismatch(string key, string wanted, object value) =>
        new($"Property '{key}' was asked for as {wanted} but holds {value.GetType().Name}.");
}
