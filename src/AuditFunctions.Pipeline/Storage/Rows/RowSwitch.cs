using AuditFunctions.Configuration.Rows;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Storage.Rows;

/// <summary>The switch that pauses a source: its column <c>enabled</c>.</summary>
public static class RowSwitch
{
    /// <summary>Whether a row says that the source is polled, even when something else in it is wrong.</summary>
    public static bool IsOn(DefinedRow<SourceDefinition> row) =>
        row.Definition?.Enabled ?? !(bool.TryParse(row.Row[SourceColumns.Enabled], out var enabled) && !enabled);

    /// <summary>The row with the switch set.</summary>
    public static TableRow Set(TableRow row, bool enabled)
    {
        var columns = TableRow.NewColumns();
        foreach (var (column, value) in row.Columns)
        {
            columns[column] = value;
        }

        columns[SourceColumns.Enabled] = enabled ? "true" : "false";
        return row with { Columns = columns };
    }
}
