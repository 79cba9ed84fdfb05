using System.Text.Unicode;
using AuditFunctions.Configuration;
using AuditFunctions.Sources.Processors.Files;

namespace AuditFunctions.Sources.Processors.Lookup;

/// <summary>A table that lies in a file, as an action's keys name it.</summary>
internal static class TableFile
{
    private const int MostColumns = 100;

    /// <summary>Reads <c>file</c>, <c>key</c>, <c>column</c>, <c>columns</c> and <c>separator</c>.</summary>
    public static LookupFile Read(SettingReader reader, bool ignoreCase)
    {
        var name = LookupFileName.Read(reader, ".csv", ".tsv", ".jsonl");
        var counted = Columns(reader, ignoreCase);
        return new LookupFile(name, name.EndsWith(".jsonl", StringComparison.Ordinal) ? new JsonLinesTable(counted) : new CsvTable(counted, SeparatorOf(reader, name)));
    }

    /// <summary>Reads <c>snapshot</c>, <c>key</c>, <c>column</c> and <c>columns</c>.</summary>
    public static LookupFile ReadListing(SettingReader reader, bool ignoreCase)
    {
        var source = reader.Required("snapshot");
        if (source.Length > 0 && !ResourceName.IsValid(source))
        {
            reader.Problems.Add(reader.At("snapshot"), $"is '{source}'; allowed: the name of a source, {ResourceName.Allowed}.");
        }

        return new LookupFile(ListingTable.NameOf(source), new JsonLinesTable(Columns(reader, ignoreCase)));
    }

    private static TableColumns Columns(SettingReader reader, bool ignoreCase)
    {
        var key = string.Join('\n', reader.Texts("key"));
        if (key.Length == 0)
        {
            reader.Problems.Add(reader.At("key"), "is missing: the column of the values, or a list of one for each path.");
        }

        var (column, columns) = (reader.Text("column"), reader.Texts("columns"));
        if (column is not null && columns.Count > 0)
        {
            reader.Problems.Add(reader.At("column"), "stands beside 'columns'; give one of them.");
        }

        if (columns.Count > MostColumns || columns.Any(one => one.Length == 0))
        {
            reader.Problems.Add(reader.At("columns"), $"holds {columns.Count} names; allowed: up to {MostColumns}, none of them empty.");
        }

        return new TableColumns(key, column ?? string.Join('\n', columns), column is not null, ignoreCase);
    }

    /// <summary>What is written is part of an event, which must be valid.</summary>
    /// <exception cref="LookupFileException">It is not UTF-8.</exception>
    public static void CheckUtf8(byte[] bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            throw new LookupFileException("is not UTF-8; save it as UTF-8");
        }
    }

    private static char SeparatorOf(SettingReader reader, string name)
    {
        var given = reader.Text("separator");
        var separator = given switch
        {
            null => name.EndsWith(".tsv", StringComparison.Ordinal) ? '\t' : ',',
            "tab" => '\t',
            [';' or ',' or '|' or '\t'] => given[0],
            _ => '\0',
        };
        if (separator == '\0')
        {
            reader.Problems.Add(reader.At("separator"), $"is '{given}'; allowed: ',', ';', '|' or the word tab.");
        }

        return separator == '\0' ? ',' : separator;
    }
}
