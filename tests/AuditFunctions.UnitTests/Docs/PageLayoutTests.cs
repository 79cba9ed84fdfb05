using System.Text.RegularExpressions;
using AuditFunctions.Pipeline.Health;

namespace AuditFunctions.Tests.Docs;

/// <summary>All pages look alike, and use the words that the design asks for.</summary>
public sealed partial class PageLayoutTests
{
    private const int Columns = 120;
    private const int ManySections = 9;

    // What a reader who learned English at school may not know, or what has another word here.
    private static readonly string[] Avoided = ["told", "oddity", "oddities", "barren", "mend", "mends", "mended", "of ours", "grain", "set aside", "guilty", "to blame", "trouble"];

    // README and changelog have a layout of their own; the others are rewritten apart from this.
    private static readonly string[] Without = ["README.md", "CHANGELOG.md", "docs/running.md", "docs/installing.md", "docs/deploying.md", "docs/containers.md"];

    public static TheoryData<string> Pages => [.. DocsPage.All().Select(page => Path.GetRelativePath(DocsPage.Root, page.Path)).Except(Without, StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_starts_with_its_title_and_the_question_that_it_answers(string path)
    {
        var lines = DocsPage.Read(path).Prose.Where(line => line.Length > 0).ToArray();
        Assert.StartsWith("# ", lines[0], StringComparison.Ordinal);
        var question = string.Join(' ', lines[1..].TakeWhile(line => line.StartsWith('>')));
        Assert.Contains('?', question);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_long_page_lists_its_sections_at_the_top(string path)
    {
        var page = DocsPage.Read(path);
        string[] sections = [.. page.Prose.Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..])];
        var top = string.Join('\n', page.Prose.TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)));
        string[] missing = sections.Length < ManySections ? [] : [.. sections.Where(section => !top.Contains($"(#{LinkTests.AnchorOf(section)})", StringComparison.Ordinal))];
        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Prose_is_wrapped(string path)
    {
        // A table's row and a heading cannot be wrapped, nor can a single long word.
        string[] tooLong = [.. DocsPage.Read(path).Prose.Where(line => line.Length > Columns && line[0] is not ('|' or '#' or '!') && line.Trim().Contains(' ', StringComparison.Ordinal))];
        Assert.Empty(tooLong);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Words_to_avoid_are_avoided(string path)
    {
        var prose = InlineCode().Replace(string.Join(' ', DocsPage.Read(path).Prose), "");
        string[] found = [.. Avoided.Where(word => Regex.IsMatch(prose, $@"\b{Regex.Escape(word)}\b", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1)))];
        Assert.Empty(found);
    }

    [Fact]
    public void The_glossary_names_every_state_of_a_source()
    {
        var section = DocsPage.Read("docs/glossary.md").Section("A source's states").Text;
        var words = Enum.GetValues<PartitionHealth>().Select(health => new PartitionState(health).Describe(default)).ToArray();
        Assert.NotEmpty(words);
        string[] missing = [.. words.Where(word => !section.Contains(word, StringComparison.Ordinal))];
        Assert.Empty(missing);
    }

    [GeneratedRegex("`[^`]*`", RegexOptions.None, 1000)]
    private static partial Regex InlineCode();
}
