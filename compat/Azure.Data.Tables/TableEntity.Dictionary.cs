#nullable disable // values and unset keys may be null, which IDictionary<string, object> cannot say; the published type says nothing either

using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Azure.Data.Tables;

[SuppressMessage("Naming", "CA1710", Justification = "The name of the published type.")]
public sealed partial class TableEntity : ITableEntity, IDictionary<string, object>
{
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);

    public TableEntity(IDictionary<string, object> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach (var (key, value) in values)
        {
            _values.Add(key, value);
        }
    }

    /// <summary>Null until it is set or read.</summary>
    public string PartitionKey
    {
        get => GetString(nameof(PartitionKey));
        set => Set(nameof(PartitionKey), value);
    }

    /// <summary>Null until it is set or read.</summary>
    public string RowKey
    {
        get => GetString(nameof(RowKey));
        set => Set(nameof(RowKey), value);
    }

    /// <summary>The value under a name, null when there is none.</summary>
    public object this[string key]
    {
        get => Get(key);
        set => Set(key, value);
    }

    public ICollection<string> Keys => _values.Keys;

    public int Count => _values.Count;

    ICollection<object> IDictionary<string, object>.Values => _values.Values;

    bool ICollection<KeyValuePair<string, object>>.IsReadOnly => false;

    public void Add(string key, object value) => _values.Add(key, value);

    public bool ContainsKey(string key) => _values.ContainsKey(key);

    public bool Remove(string key) => _values.Remove(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object value) => _values.TryGetValue(key, out value);

    public void Clear() => _values.Clear();

    void ICollection<KeyValuePair<string, object>>.Add(KeyValuePair<string, object> item) => _values.Add(item.Key, item.Value);

    bool ICollection<KeyValuePair<string, object>>.Contains(KeyValuePair<string, object> item) => Pairs.Contains(item);

    void ICollection<KeyValuePair<string, object>>.CopyTo(KeyValuePair<string, object>[] array, int arrayIndex) =>
        Pairs.CopyTo(array, arrayIndex);

    bool ICollection<KeyValuePair<string, object>>.Remove(KeyValuePair<string, object> item) => Pairs.Remove(item);

    IEnumerator<KeyValuePair<string, object>> IEnumerable<KeyValuePair<string, object>>.GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _values.GetEnumerator();

    /// <summary>For the writer: enumerates without a box per entity.</summary>
    internal Dictionary<string, object> Values => _values;

    private ICollection<KeyValuePair<string, object>> Pairs => _values;

    private void Set(string key, object value) => _values[key] = value;
}
