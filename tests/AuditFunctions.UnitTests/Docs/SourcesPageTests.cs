using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Sources.Reading;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Tests.Docs;

public sealed class SourcesPageTests
{
    private static readonly TemplateCatalog Catalog = new();

    public static TheoryData<string> Templates => [.. Catalog.Names];

    [Theory]
    [MemberData(nameof(Templates))]
    public void A_templates_section_lists_its_parameters_as_they_are(string name)
    {
        var documented = DocsPage.Read("docs/sources.md").Section($"`{name}`").CodeRows().Select(row => ParameterRow.Of(row.Cells));
        Assert.Equal(Find(name).Parameters.Select(ParameterRow.Of), documented);
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void A_templates_times_are_those_of_the_table(string name)
    {
        var problems = new Problems();
        var row = TableRow.NewColumns();
        row["template"] = name;
        row["destination"] = "siem";
        foreach (var parameter in Find(name).Parameters.Where(parameter => parameter.Required))
        {
            row[parameter.Name] = parameter.Secret ? "secret:some" : parameter.Example ?? "some";
        }

        var timing = new DefinitionReader(Catalog).Read(new TableRow("some", row), problems)?.Timing;
        Assert.Empty(problems.Found);
        var documented = DocsPage.Read("docs/sources.md").Section("Templates").CodeRows().First(cells => cells.Name == name).Cells;
        Assert.Equal(
            new[] { timing!.Interval, timing.Lag, timing.Overlap, timing.Lookback }.Select(Durations.Write).Append($"{timing.PageSize}"),
            documented[1..]);
    }

    [Fact]
    public void Every_template_stands_in_the_table_of_templates_and_no_other()
    {
        var documented = DocsPage.Read("docs/sources.md").Section("Templates").CodeRows().Select(row => row.Name).Take(Catalog.Names.Count());
        Assert.Equal(Catalog.Names, documented);
    }

    /// <summary>People look for a vendor, not for a name.</summary>
    [Fact]
    public void Every_vendor_stands_in_the_table_of_vendors_with_its_templates()
    {
        var documented = DocsPage.Read("docs/sources.md").Section("Templates by vendor").Rows().Skip(1).Select(cells => $"{cells[0]}: {cells[1]}");
        var expected = Catalog.Names.Select(Find).Where(template => template.Vendor.Length > 0).GroupBy(template => template.Vendor)
            .OrderBy(vendor => vendor.Key, StringComparer.OrdinalIgnoreCase)
            .Select(vendor => $"{vendor.Key}: {string.Join(", ", vendor.Select(template => template.Name).Order(StringComparer.Ordinal).Select(name => $"[`{name}`](#{name})"))}");
        Assert.Equal(expected, documented.Where(row => !row.StartsWith("---", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_common_column_is_documented()
    {
        var documented = DocsPage.Read("docs/sources.md").Section("Columns that every source has").CodeRows().Select(row => row.Name).ToArray();
        var columns = typeof(SourceColumns).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);
        Assert.Equal(columns.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    private static SourceTemplate Find(string name) => Catalog.Find(name) ?? throw new InvalidOperationException(name);
}
