using System.Globalization;

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
    /// <summary>Says where in the file a problem of this row stands: at the line of its column or of the key in it, else at that of the row.</summary>
    public RowProblem Locate(Problem problem)
    {
        // `timing.interval (line 3)` names a key inside the definition, `routes.siem[0].action (line 1)` one inside a column; their lines count in
        // texts that the file's author does not see as such.
        var path = problem.Where.Split(' ')[0];
        string[] steps = path.Replace("[", ".[", StringComparison.Ordinal).Split('.');
        var definition = ValueOf(Entry, SourceColumns.Definition, ignoreCase: true) as SettingMap;
        var isNested = definition is not null || ValueOf(Entry, steps[0], ignoreCase: true) is SettingMap or SettingList;
        var line = LineOf(Entry, steps, ignoreCase: true) ?? (definition is null ? null : LineOf(definition, steps, ignoreCase: false));
        return new RowProblem(File, line ?? Line, this, isNested ? path : problem.Where, problem.What);
    }

    // As far as the path leads.
    private static int? LineOf(SettingNode node, ReadOnlySpan<string> path, bool ignoreCase) =>
        !path.IsEmpty && ValueOf(node, path[0], ignoreCase) is { } value ? LineOf(value, path[1..], ignoreCase: false) ?? value.Line : null;

    private static SettingNode? ValueOf(SettingNode node, string step, bool ignoreCase) => node switch
    {
        SettingMap map => map.Entries.FirstOrDefault(entry => entry.Key == step || (ignoreCase && Same(entry.Key, step))).Value,
        SettingList list when step.StartsWith('[') && int.TryParse(step.Trim('[', ']'), NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < list.Items.Count => list.Items[at],
        _ => null,
    };

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
