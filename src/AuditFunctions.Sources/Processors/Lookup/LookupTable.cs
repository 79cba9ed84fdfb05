using AuditFunctions.Sources.Processors.Files;

namespace AuditFunctions.Sources.Processors.Lookup;

/// <summary>The rows of a table: what is written for each key, as JSON.</summary>
internal sealed class LookupTable : ILookupContent
{
    /// <summary>The most memory that rows may take.</summary>
    public const long MostKept = 256L * 1024 * 1024;

    /// <summary>What stands between the values of a key of several columns.</summary>
    public const char Between = '\u001f';

    // What the dictionary, a text and an array cost beside their content.
    private const int RowCost = 100;

    private readonly Dictionary<string, byte[]> _rows;

    /// <summary>An empty table.</summary>
    /// <param name="ignoreCase">Whether keys compare without case.</param>
    public LookupTable(bool ignoreCase) => _rows = new(ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    /// <inheritdoc/>
    public long Bytes { get; private set; }

    /// <summary>How many rows it has.</summary>
    public int Count => _rows.Count;

    /// <summary>What is written for a key; null without a row for it.</summary>
    public byte[]? Find(string key) => _rows.GetValueOrDefault(key);

    /// <summary>Adds a row. Of several with one key the first counts.</summary>
    /// <exception cref="LookupFileException">The table is full.</exception>
    public void Add(string key, byte[] value)
    {
        if (!_rows.TryAdd(key, value))
        {
            return;
        }

        Bytes += RowCost + (2L * key.Length) + value.Length;
        if (_rows.Count > LookupFile.MostTableRows)
        {
            throw new LookupFileException($"has more than {LookupFile.MostTableRows:N0} rows");
        }

        if (Bytes > MostKept)
        {
            throw new LookupFileException($"would take more than {MostKept >> 20} MB of memory; name the columns that are needed in 'columns'");
        }
    }
}
