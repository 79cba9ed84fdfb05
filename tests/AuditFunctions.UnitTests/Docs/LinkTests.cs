using System.Text.RegularExpressions;

namespace AuditFunctions.Tests.Docs;

public sealed partial class LinkTests
{
    public static TheoryData<string> Pages => [.. DocsPage.All().Select(page => Path.GetRelativePath(DocsPage.Root, page.Path))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Relative_links_lead_to_files_and_headings_that_exist(string path)
    {
        var page = DocsPage.Read(path);
        string[] missing = [.. Link().Matches(string.Join('\n', page.Prose))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.StartsWith("https://", StringComparison.Ordinal) && !Resolves(page, target))];
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_page_is_linked_from_the_readme()
    {
        var readme = DocsPage.Read("README.md").Text;
        string[] missing = [.. Directory.EnumerateFiles(Path.Combine(DocsPage.Root, "docs"), "*.md")
            .Select(file => $"(docs/{Path.GetFileName(file)})")
            .Where(link => !readme.Contains(link, StringComparison.Ordinal))];
        Assert.Empty(missing);
    }

    // As the common renderers make anchors: lower case, spaces become '-', other signs than letters, digits, '-' and '_' go.
    internal static string AnchorOf(string heading) =>
        string.Concat(heading.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_').Select(c => c == ' ' ? '-' : c));

    private static bool Resolves(DocsPage from, string target)
    {
        var parts = target.Split('#', 2);
        var path = parts[0].Length == 0 ? from.Path : Path.GetFullPath(parts[0], Path.GetDirectoryName(from.Path)!);
        return parts.Length == 1
            ? File.Exists(path) || Directory.Exists(path)
            : File.Exists(path) && DocsPage.Read(path).Headings.Select(AnchorOf).Contains(parts[1], StringComparer.Ordinal);
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
