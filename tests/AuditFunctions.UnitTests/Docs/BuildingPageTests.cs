using System.Text.RegularExpressions;

namespace AuditFunctions.Tests.Docs;

/// <summary>The page's table of projects is the house as it is.</summary>
public sealed partial class BuildingPageTests
{
    [Fact]
    public void Every_project_stands_in_the_table_and_no_other()
    {
        var documented = Rows().Select(row => row.Name).Where(name => !name.StartsWith("templates", StringComparison.Ordinal));
        string[] projects = [.. new[] { "src", "tests" }.SelectMany(ProjectsIn)];
        Assert.NotEmpty(projects);
        Assert.Equal(projects.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_project_uses_what_the_table_says() =>
        Assert.All(Rows().Where(row => row.Name.StartsWith("src/", StringComparison.Ordinal)), row =>
        {
            var file = Directory.GetFiles(Path.Combine(DocsPage.Root, row.Name), "*.csproj").Single();
            var used = Reference().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value).Where(name => name != "Sandbox");
            var documented = row.Cells[2].Split(", ", StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(used.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
        });

    private static IEnumerable<(string Name, string[] Cells)> Rows() => DocsPage.Read("docs/building.md").Section("Projects").CodeRows();

    private static IEnumerable<string> ProjectsIn(string folder) =>
        Directory.EnumerateDirectories(Path.Combine(DocsPage.Root, folder))
            .Where(path => Directory.EnumerateFiles(path, "*.csproj").Any())
            .Select(path => $"{folder}/{Path.GetFileName(path)}");

    [GeneratedRegex("ProjectReference Include=\"[^\"]*/AuditFunctions\\.(?<name>\\w+)\\.csproj\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reference();
}
