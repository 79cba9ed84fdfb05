namespace AuditFunctions.Configuration;

/// <summary>Something that a definition names by a word.</summary>
public interface INamedEntry
{
    /// <summary>The word.</summary>
    string Name { get; }
}

/// <summary>What a key may name, by word, in the order in which it is listed. Immutable.</summary>
public sealed class Catalog<T>
    where T : INamedEntry
{
    private readonly Dictionary<string, T> _entries = new(StringComparer.Ordinal);

    /// <summary>Makes a catalog; the first entry is the default.</summary>
    /// <param name="of">What the entries are, for the message.</param>
    /// <param name="entries">At least one.</param>
    /// <exception cref="InvalidOperationException">A name is used twice.</exception>
    public Catalog(string of, params IReadOnlyList<T> entries)
    {
        Entries = entries;
        foreach (var entry in entries)
        {
            if (!_entries.TryAdd(entry.Name, entry))
            {
                throw new InvalidOperationException($"Two entries of the catalog of {of} are named '{entry.Name}'. Rename one of them.");
            }
        }
    }

    /// <summary>The entries in order.</summary>
    public IReadOnlyList<T> Entries { get; }

    /// <summary>The words, for messages.</summary>
    public IEnumerable<string> Names => Entries.Select(entry => entry.Name);

    /// <summary>The entry that a key names; the first one when the key is absent or wrong, which is a problem.</summary>
    public T Read(SettingReader reader, string key) => _entries[reader.Choice(key, [.. Names])];
}
