using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Files;
using nietras.SeparatedValues;

namespace AuditFunctions.Sources.Processors.Lookup;

/// <summary>A table in a file of separated values (RFC 4180), whose first row names the columns. All values are texts.</summary>
/// <param name="Columns">Which columns count.</param>
/// <param name="Separator">What stands between values.</param>
internal sealed record CsvTable(TableColumns Columns, char Separator) : ILookupForm
{
    /// <inheritdoc/>
    public long MostBytes => LookupFile.MostTableBytes;

    /// <inheritdoc/>
    public ILookupContent Read(byte[] bytes)
    {
        TableFile.CheckUtf8(bytes);
        try
        {
            return ReadRows(bytes);
        }
        catch (Exception exception) when (exception is not (LookupFileException or OutOfMemoryException))
        {
            // A quote that is never closed, say: the library's own words may hold what stands in the file.
            throw new LookupFileException($"is not CSV ({exception.GetType().Name}); look for a quote that is not closed");
        }
    }

    private LookupTable ReadRows(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        using var rows = Sep.New(Separator)
            .Reader(options => options with { HasHeader = false, Unescape = true, DisableColCountCheck = true })
            .From(stream);
        using var value = new PooledBytes();
        var table = new LookupTable(Columns.IgnoreCase);
        string[]? names = null;
        int[] keys = [];
        int[] written = [];
        foreach (var row in rows)
        {
            if (row.ColCount == 0 || (row.ColCount == 1 && row[0].Span.Trim().IsEmpty))
            {
                continue;
            }

            if (names is null)
            {
                names = NamesOf(row);
                keys = [.. Columns.Keys.Select(name => IndexOf(names, name))];
                written = Columns.Written.Length == 0 ? [.. Enumerable.Range(0, names.Length)] : [.. Columns.Names.Select(name => IndexOf(names, name))];
                continue;
            }

            if (row.ColCount != names.Length)
            {
                throw new LookupFileException($"line {row.LineNumberFrom} has {row.ColCount} values; the first row names {names.Length} columns");
            }

            if (KeyOf(row, keys) is { } found)
            {
                value.Clear();
                Write(value, row, names, written);
                table.Add(found, value.WrittenSpan.ToArray());
            }
        }

        return names is null ? throw new LookupFileException("is empty; its first row must name the columns") : table;
    }

    private void Write(PooledBytes into, SepReader.Row row, string[] names, int[] written)
    {
        if (Columns.IsSingle)
        {
            into.WriteText(row[written[0]].ToString());
            return;
        }

        into.Write("{"u8);
        for (var at = 0; at < written.Length; at++)
        {
            into.Write(at > 0 ? ","u8 : ""u8);
            into.WriteText(names[written[at]]);
            into.Write(":"u8);
            into.WriteText(row[written[at]].ToString());
        }

        into.Write("}"u8);
    }

    // A row with one of its key's columns empty says nothing.
    private static string? KeyOf(SepReader.Row row, int[] keys)
    {
        var values = new string[keys.Length];
        for (var at = 0; at < keys.Length; at++)
        {
            values[at] = row[keys[at]].ToString();
        }

        return values.All(value => value.Length > 0) ? string.Join(LookupTable.Between, values) : null;
    }

    private static string[] NamesOf(SepReader.Row row)
    {
        var names = new string[row.ColCount];
        for (var column = 0; column < names.Length; column++)
        {
            names[column] = row[column].ToString().Trim();
        }

        return names;
    }

    private static int IndexOf(string[] names, string name) =>
        Array.IndexOf(names, name) is >= 0 and var at ? at : throw new LookupFileException($"has no column '{name}'");
}
