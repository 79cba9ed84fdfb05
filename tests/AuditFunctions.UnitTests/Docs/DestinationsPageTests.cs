using AuditFunctions.Destinations;

namespace AuditFunctions.Tests.Docs;

public sealed class DestinationsPageTests
{
    public static TheoryData<string> Types => [.. DestinationCatalog.Types.Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_types_section_lists_its_columns_as_they_are(string name)
    {
        var type = DestinationCatalog.Types.Single(type => type.Name == name);
        var documented = DocsPage.Read("docs/destinations.md").Section($"`{name}`").Rows()
            .SkipWhile(cells => cells[0] != "Column")
            .Skip(1)
            .TakeWhile(cells => cells[0].StartsWith('`') && cells.Length == 4)
            .Select(ParameterRow.Of)
            .ToArray();
        Assert.Equal(new ParameterRow("url", Required: true, Default: null, Secret: false), documented[0]);
        Assert.Equal(DestinationCatalog.ColumnsOf(type).Skip(1).Select(ParameterRow.Of), documented[1..]);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_types_choices_are_all_named(string name)
    {
        var type = DestinationCatalog.Types.Single(type => type.Name == name);
        var rows = DocsPage.Read("docs/destinations.md").Section($"`{name}`").CodeRows().ToLookup(row => row.Name, row => row.Cells);
        Assert.All(DestinationCatalog.ColumnsOf(type), column =>
            Assert.All(column.Allowed, word => Assert.Contains($"`{word}`", rows[column.Name].First()[3], StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_type_is_named_at_the_top()
    {
        var cells = DocsPage.Read("docs/destinations.md").CodeRows().First(row => row.Name == "type").Cells;
        Assert.All(DestinationCatalog.Types, type => Assert.Contains($"`{type.Name}`", cells[3], StringComparison.Ordinal));
    }
}
