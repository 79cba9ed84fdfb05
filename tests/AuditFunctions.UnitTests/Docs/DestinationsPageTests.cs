using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;

namespace AuditFunctions.Tests.Docs;

public sealed class DestinationsPageTests
{
    public static TheoryData<string> Types => [.. DestinationCatalog.Types.Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_types_page_lists_its_columns_as_they_are(string name)
    {
        var type = DestinationCatalog.Types.Single(type => type.Name == name);
        var documented = PageOf(name).Rows()
            .SkipWhile(cells => cells[0] != "Column")
            .Skip(1)
            .TakeWhile(cells => cells[0].StartsWith('`') && cells.Length == 4)
            .Select(ParameterRow.Of)
            .ToArray();
        Assert.Equal(DestinationCatalog.ColumnsOf(type).Except(NetworkColumns.Of(type)).Select(ParameterRow.Of), documented);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_types_choices_are_all_named(string name)
    {
        var type = DestinationCatalog.Types.Single(type => type.Name == name);
        var rows = PageOf(name).CodeRows().ToLookup(row => row.Name, row => row.Cells);
        Assert.All(DestinationCatalog.ColumnsOf(type).Except(NetworkColumns.Of(type)), column =>
            Assert.All(column.Allowed, word => Assert.Contains($"`{word}`", rows[column.Name].First()[3], StringComparison.Ordinal)));
    }

    /// <summary>How the other side is set up, what proves that a body arrived, and what is promised.</summary>
    [Theory]
    [MemberData(nameof(Types))]
    public void A_types_page_says_what_a_person_must_know(string name)
    {
        var text = PageOf(name).Text;
        Assert.All(["**Set up**", "**Proof of delivery**", "**Guarantee**", "Answers:"], part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_columns_of_the_network_stand_on_the_page_for_all() => Assert.Equal(
        NetworkColumns.All.Select(ParameterRow.Of),
        DocsPage.Read("docs/destinations.md").Section("Network").CodeRows().Select(row => ParameterRow.Of(row.Cells)));

    [Fact]
    public void Every_type_has_a_line_in_the_list_of_kinds() => Assert.Equal(
        DestinationCatalog.Types.Select(type => $"[`{type.Name}`](destinations/{type.Name}.md)"),
        DocsPage.Read("docs/destinations.md").Section("Kinds").Rows().Select(cells => cells[0]).Where(cell => cell.StartsWith('[')));

    private static DocsPage PageOf(string type) => DocsPage.Read($"docs/destinations/{type}.md");
}
