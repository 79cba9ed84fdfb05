using AuditFunctions.Configuration.Rows;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Tests.Docs;

public sealed class SourcesPageTests
{
    private static readonly TemplateCatalog Catalog = new();

    [Fact]
    public void The_section_of_http_json_lists_its_parameters_as_they_are()
    {
        var documented = DocsPage.Read("docs/sources.md").Section("`http-json`").CodeRows().Select(row => ParameterRow.Of(row.Cells));
        Assert.Equal(Catalog.Find("http-json")!.Parameters.Select(ParameterRow.Of), documented);
    }

    [Fact]
    public void Every_common_column_is_documented()
    {
        var documented = DocsPage.Read("docs/sources.md").Section("Columns that every source has").CodeRows().Select(row => row.Name).ToArray();
        var columns = typeof(SourceColumns).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);
        Assert.Equal(columns.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }
}
