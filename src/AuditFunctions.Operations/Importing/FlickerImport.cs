using System.Globalization;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Operations.Importing;

/// <summary>Makes rows of template <c>http-json</c> of the <c>api_sources</c> of a flicker configuration, and of their destinations.</summary>
public static class FlickerImport
{
    private static readonly string[] Patterns = ["match_on", "exclude_on"];
    private static readonly string[] Buffers = ["buffer_size", "flush_interval_ms", "buffer"];

    /// <summary>Reads the file.</summary>
    /// <param name="folder">What its name is relative to.</param>
    /// <param name="file">Its name.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="Hosting.OperationException">It cannot be read.</exception>
    public static async Task<ImportedRows> RunAsync(string folder, string file, CancellationToken cancellationToken)
    {
        var map = await RowImport.ReadAsync(folder, file, cancellationToken);
        var import = new RowImport();
        foreach (var (key, value) in map.Entries)
        {
            if (key == "api_sources" && value is SettingList sources)
            {
                foreach (var source in sources.Items)
                {
                    if (source is SettingMap one)
                    {
                        Add(import, new FlickerMap(one));
                    }
                    else
                    {
                        import.Note($"'{key}'", $"what stands in line {source.Line} is no map of keys and values and is left out.");
                    }
                }
            }
            else if (key == "log_files")
            {
                import.Note("'log_files'", $"{Counted.Of((value as SettingList)?.Items.Count ?? 0, "file")} left out: files of a machine are not read here.");
            }
            else
            {
                import.Note($"'{key}'", "has no equivalent and is left out.");
            }
        }

        return import.Done;
    }

    private static void Add(RowImport import, FlickerMap map)
    {
        var name = import.NameOf(RowKind.Source, map.Text("name") ?? "source");
        var about = $"source '{name}'";
        var columns = TableRow.NewColumns();
        columns[SourceColumns.Template] = "http-json";
        FlickerRequest.Read(import, map, name, columns);
        Put(columns, "events", PathOf(map.Text("results_path", "results_field", "results", "data_path", "events_path")));
        Put(columns, "id", PathOf(map.Text("id_field", "id_path")));
        Put(columns, "time", PathOf(map.Text("timestamp_field", "timestamp_path", "time_field")));
        if (!columns.ContainsKey("time"))
        {
            import.Note(about, "'time' is missing and must be added: the path inside an event to its time.");
        }

        Put(columns, SourceColumns.Interval, Milliseconds(map.Text("polling_frequency_ms", "poll_interval_ms", "polling_interval_ms"), 1)
            ?? Milliseconds(map.Text("polling_interval", "poll_interval", "poll_interval_seconds", "polling_interval_seconds", "interval"), 1000));
        columns[SourceColumns.Destination] = FlickerDestination.Read(import, map.Map("destination"), name);
        foreach (var patterns in Patterns.Where(key => map.Take(key) is not null))
        {
            import.Note(about, $"'{patterns}' has no equivalent for a whole event's text; processors {(patterns == "match_on" ? "'keep'" : "'drop'")} choose by fields ('auditfn processors list').");
        }

        foreach (var buffer in Buffers.Where(key => map.Take(key) is not null))
        {
            import.Note(about, $"'{buffer}' is left out: a page is packed and sent as soon as it is read; the destination's 'maxBodyBytes' limits a request.");
        }

        map.NoteRest(import, about);
        import.Add(RowKind.Source, new TableRow(name, columns));
    }

    /// <summary>Sets a column that has a value.</summary>
    internal static void Put(Dictionary<string, string> columns, string column, string? value)
    {
        if (value is { Length: > 0 })
        {
            columns[column] = value;
        }
    }

    /// <summary>A path as it is written here: <c>$.data.items</c> is <c>data.items</c>; null for the page itself.</summary>
    internal static string? PathOf(string? path) => path is null or "$" or "." ? null : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path.TrimStart('.');

    private static string? Milliseconds(string? text, int unit) =>
        Durations.TryParse(text ?? "", out var written) && !double.TryParse(text, CultureInfo.InvariantCulture, out _) ? Durations.Write(written)
        : double.TryParse(text, CultureInfo.InvariantCulture, out var count) && count > 0 && count < 1e10 ? Durations.Write(TimeSpan.FromMilliseconds(count * unit))
        : null;
}
