namespace AuditFunctions.Sources.Processors.Map.Schemas;

/// <summary>An object of a schema: its fields by name. Not changed once the schema is read.</summary>
/// <param name="isOpen">Whether it may have other fields too, of any kind.</param>
internal sealed class SchemaObject(bool isOpen = false)
{
    private readonly Dictionary<string, SchemaField> _fields = new(StringComparer.Ordinal);

    /// <summary>An object that may have any fields.</summary>
    public static SchemaObject Open { get; } = new(isOpen: true);

    /// <summary>Its fields.</summary>
    public IReadOnlyDictionary<string, SchemaField> Fields => _fields;

    /// <summary>Whether one of some fields must be there.</summary>
    public bool NeedsOneOf => _fields.Values.Any(known => known.IsOneOf);

    /// <summary>A field; null when there is none of that name.</summary>
    public SchemaField? Find(string name) => _fields.TryGetValue(name, out var field) ? field : isOpen ? SchemaField.Any : null;

    /// <summary>Adds fields as the facts write them; one of a known name takes its place.</summary>
    public SchemaObject With(string words)
    {
        foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, field) = SchemaField.Parse(word);
            Set(name, field);
        }

        return this;
    }

    /// <summary>Adds a field, or puts it in the place of another.</summary>
    public void Set(string name, SchemaField field) => _fields[name] = field;
}
