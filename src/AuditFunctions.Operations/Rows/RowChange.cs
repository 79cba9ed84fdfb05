using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Operations.Rows;

/// <summary>What writing a row changes.</summary>
/// <param name="Row">The row as it will be.</param>
/// <param name="IsNew">Whether there was none of its name.</param>
/// <param name="Columns">The columns that are added, removed or different, in order; all of them when it is new.</param>
public sealed record RowChange(TableRow Row, bool IsNew, IReadOnlyList<string> Columns)
{
    /// <summary>Whether there is anything to write.</summary>
    public bool IsNeeded => IsNew || Columns.Count > 0;

    /// <summary>Compares a row with the one that is there.</summary>
    public static RowChange Between(TableRow? current, TableRow desired)
    {
        var columns = desired.Columns.Keys.Concat(current?.Columns.Keys ?? [])
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(column => current?[column] != desired[column])
            .Order(StringComparer.OrdinalIgnoreCase);
        return new RowChange(desired, current is null, [.. columns]);
    }
}
