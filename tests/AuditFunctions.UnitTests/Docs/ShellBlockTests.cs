namespace AuditFunctions.Tests.Docs;

/// <summary>What a reader pastes from the pages exists: programs, commands, options, projects, paths, settings.</summary>
public sealed class ShellBlockTests
{
    public static TheoryData<string> Pages => [.. DocsPage.All().Where(page => ShellLine.Of(page).Any()).Select(page => Path.GetRelativePath(DocsPage.Root, page.Path))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_line_of_a_page_can_be_run(string path)
    {
        var lines = ShellLine.Of(DocsPage.Read(path)).ToArray();
        Assert.NotEmpty(lines);
        Assert.Empty(lines.SelectMany(line => ShellCommand.ProblemsOf(line).Select(problem => $"{line.Text}: {problem}")));
    }

    [Theory]
    [InlineData("auditfn statsu", "statsu")]
    [InlineData("auditfn status --whatever", "--whatever")]
    [InlineData("dotnet run --project src/AuditFunctions.Cli -- demo --kept", "--kept")]
    [InlineData("dotnet test --filter Category=None", "category None")]
    [InlineData("dotnet make", "dotnet make")]
    [InlineData("cat infra/queries/alerts/none.kql", "does not exist")]
    [InlineData("infra/deploy.sh --grop audit", "--grop")]
    [InlineData("docker compose -f infra/container/compose.yaml run --rm pipeline statsu", "statsu")]
    [InlineData("export Fetching__MaxPage=1", "not a setting")]
    [InlineData("auditfunctions status", "no test knows")]
    public void A_wrong_line_is_found(string line, string problem) =>
        Assert.Contains(ShellCommand.ProblemsOf(ShellLine.Of("some page", [line]).Single()), found => found.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void Quotes_comments_and_continued_lines_are_understood() =>
        Assert.Equal(
            [["a", "--b", "c # d", "--e"], ["f", "g's", "$(h \"i j\")k"]],
            ShellLine.Of("some page", ["# first", "X=1 a --b 'c # d' \\", "  --e    # why", "", "f \"g's\" $(h \"i j\")k"]).Select(line => line.Words));
}
