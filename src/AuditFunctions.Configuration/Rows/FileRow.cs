namespace AuditFunctions.Configuration.Rows;

/// <summary>What a row describes.</summary>
public enum RowKind
{
    /// <summary>A row of table <c>Sources</c>.</summary>
    Source,

    /// <summary>A row of table <c>Destinations</c>.</summary>
    Destination,

    /// <summary>A row of table <c>Templates</c>.</summary>
    Template,
}

/// <summary>Words for kinds of rows.</summary>
public static class RowKindWord
{
    extension(RowKind kind)
    {
        /// <summary>source, destination or template.</summary>
        public string Word() => kind switch
        {
            RowKind.Source => "source",
            RowKind.Destination => "destination",
            _ => "template",
        };
    }
}

/// <summary>A row of a file, and where its parts stand there.</summary>
/// <param name="File">The file, as its author named it.</param>
/// <param name="Kind">What it describes.</param>
/// <param name="Line">Line of its name, from 1.</param>
/// <param name="Row">The row.</param>
/// <param name="Entry">The row as it was written.</param>
public sealed record FileRow(string File, RowKind Kind, int Line, TableRow Row, SettingMap Entry)
{
    /// <summary>Says where in the file a problem of this row stands: at the line of its column, else at that of the row.</summary>
    public RowProblem Locate(Problem problem)
    {
        // `timing.interval (line 3)` names a key inside the definition; its line counts in a text that the file's author does not see as such.
        var path = problem.Where.Split(' ')[0];
        var nested = Entry.Entries.FirstOrDefault(entry => Same(entry.Key, SourceColumns.Definition)).Value as SettingMap;
        var line = LineOf(Entry, path.Split('.'), ignoreCase: true) ?? (nested is null ? null : LineOf(nested, path.Split('.'), ignoreCase: false));
        return new RowProblem(File, line ?? Line, this, nested is null ? problem.Where : path, problem.What);
    }

    private static int? LineOf(SettingMap map, ReadOnlySpan<string> path, bool ignoreCase)
    {
        foreach (var (key, value) in map.Entries)
        {
            if (key == path[0] || (ignoreCase && Same(key, path[0])))
            {
                return (value is SettingMap inner && path.Length > 1 ? LineOf(inner, path[1..], ignoreCase: false) : null) ?? value.Line;
            }
        }

        return null;
    }

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}

/// <summary>One thing that is wrong with a row file.</summary>
/// <param name="File">The file, as its author named it.</param>
/// <param name="Line">Line, from 1; 0 when the file as a whole is meant.</param>
/// <param name="Row">The row, if it is one's.</param>
/// <param name="Where">The column or key; may be empty.</param>
/// <param name="What">What is wrong and what to do about it. Never holds a value that could be a secret.</param>
public sealed record RowProblem(string File, int Line, FileRow? Row, string Where, string What)
{
    /// <summary>Such as <c>rows.yaml line 7: source 'okta-prod': token: is a secret …</c>.</summary>
    public override string ToString()
    {
        var row = Row is null ? "" : $"{Row.Kind.Word()} '{Row.Row.Name}': ";
        return $"{SettingYaml.At(File, Line)}: {row}{new Problem(Where, What)}";
    }
}
