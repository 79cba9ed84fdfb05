namespace AuditFunctions.Configuration.Rows;

/// <summary>A source or destination as a person wrote it: a name and flat columns of text. Columns compare without case.</summary>
/// <param name="Name">The row's name.</param>
/// <param name="Columns">Column to text; never holds an empty text.</param>
public sealed record TableRow(string Name, IReadOnlyDictionary<string, string> Columns)
{
    /// <summary>A column's text, or null.</summary>
    public string? this[string column] => Columns.GetValueOrDefault(column);

    /// <summary>A dictionary of columns with the right comparison.</summary>
    public static Dictionary<string, string> NewColumns() => new(StringComparer.OrdinalIgnoreCase);
}
