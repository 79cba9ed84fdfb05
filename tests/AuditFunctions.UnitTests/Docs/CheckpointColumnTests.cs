using System.Globalization;
using System.Text.RegularExpressions;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.SeenIds;

namespace AuditFunctions.Tests.Docs;

/// <summary>The page of data formats names the columns that a checkpoint has, and no others.</summary>
public sealed partial class CheckpointColumnTests
{
    // Those of every row, which the page explains before its table.
    private static readonly string[] OfEveryRow = ["PartitionKey", "RowKey", "Timestamp"];

    [Fact]
    public void The_page_names_every_column_of_a_checkpoint_and_no_other()
    {
        var table = DocsPage.Read("docs/data-formats.md").Section("Table Checkpoints").Text.Split("### ")[0];
        var named = table.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).SelectMany(line => NamesOf(line.Split('|')[1]));
        var ids = Enumerable.Range(0, RecentIds.MaxChunks).SelectMany(chunk => new[] { CheckpointRow.ColumnOf(chunk), CheckpointRow.TagColumnOf(chunk) });
        Assert.Equal(CheckpointRow.Columns.Except(OfEveryRow).Concat(ids).Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    // `A`, `B`, or `Ids00` to `Ids11`.
    private static IEnumerable<string> NamesOf(string cell)
    {
        string[] names = [.. Code().Matches(cell).Select(match => match.Groups["name"].Value)];
        return !cell.Contains("` to `", StringComparison.Ordinal) ? names
            : Enumerable.Range(0, int.Parse(names[1][^2..], CultureInfo.InvariantCulture) + 1).Select(number => string.Create(CultureInfo.InvariantCulture, $"{names[0][..^2]}{number:00}"));
    }

    [GeneratedRegex("`(?<name>[A-Za-z0-9]+)`", RegexOptions.NonBacktracking)]
    private static partial Regex Code();
}
