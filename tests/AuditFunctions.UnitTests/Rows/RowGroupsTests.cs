using AuditFunctions.Configuration.Rows;
using AuditFunctions.Pipeline.Storage.Rows;

namespace AuditFunctions.Tests.Rows;

/// <summary>Groups of rows that a transaction takes.</summary>
public sealed class RowGroupsTests
{
    [Theory]
    [InlineData(0, 10, new int[0])]
    [InlineData(250, 10, new[] { 100, 100, 50 })]
    [InlineData(3, 1_500_000, new[] { 2, 1 })]
    [InlineData(2, 5_000_000, new[] { 1, 1 })] // the service says of each what is wrong with it
    public void Neither_a_hundred_rows_nor_the_bytes_of_a_transaction_are_passed(int rows, int length, int[] groups)
    {
        TableRow[] all = [.. Enumerable.Range(0, rows).Select(number => Row($"r{number}", new string('x', length)))];

        IReadOnlyList<TableRow>[] made = [.. RowGroups.Of(all)];

        Assert.Equal(groups, made.Select(group => group.Count));
        Assert.Equal(all.Select(row => row.Name), made.SelectMany(group => group).Select(row => row.Name));
    }

    [Fact]
    public void Quotation_marks_count_as_they_are_written() =>
        Assert.Equal([1, 1], RowGroups.Of([Row("a", new string('"', 400_000)), Row("b", new string('"', 400_000))]).Select(group => group.Count));

    private static TableRow Row(string name, string text)
    {
        var columns = TableRow.NewColumns();
        columns["definition"] = text;
        return new TableRow(name, columns);
    }
}
