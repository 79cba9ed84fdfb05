using System.Text.RegularExpressions;

namespace AuditFunctions.Tests.Docs;

/// <summary>A Markdown page of the repository, as its tables and headings.</summary>
internal sealed partial class DocsPage
{
    private readonly string[] _lines;

    private DocsPage(string path, string[] lines)
    {
        Path = path;
        _lines = lines;
    }

    /// <summary>The folder that holds the solution, looked for from the tests' own folder upward.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Where the page is.</summary>
    public string Path { get; }

    /// <summary>The whole page.</summary>
    public string Text => string.Join('\n', _lines);

    /// <summary>Its headings, without the signs in front.</summary>
    public IEnumerable<string> Headings => Prose.Where(line => LevelOf(line) > 0).Select(NameOf);

    /// <summary>The lines outside of code blocks.</summary>
    public IEnumerable<string> Prose => Numbered().Select(at => _lines[at]);

    /// <summary>Reads a page.</summary>
    /// <param name="path">From the root.</param>
    public static DocsPage Read(string path)
    {
        var full = System.IO.Path.Combine(Root, path);
        return new DocsPage(full, File.ReadAllLines(full));
    }

    /// <summary>The pages at the root and every page below <c>docs</c>.</summary>
    public static IEnumerable<DocsPage> All() =>
        Directory.EnumerateFiles(Root, "*.md")
            .Concat(Directory.EnumerateFiles(System.IO.Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Select(Read);

    /// <summary>What stands below a heading, up to the next one of the same or a higher level.</summary>
    public DocsPage Section(string heading)
    {
        int[] headings = [.. Numbered().Where(at => LevelOf(_lines[at]) > 0)];
        var start = Array.FindIndex(headings, at => NameOf(_lines[at]) == heading);
        Assert.True(start >= 0, $"{Path} has no heading '{heading}'.");
        var end = Array.FindIndex(headings, start + 1, at => LevelOf(_lines[at]) <= LevelOf(_lines[headings[start]]));
        return new DocsPage(Path, _lines[headings[start]..(end < 0 ? _lines.Length : headings[end])]);
    }

    /// <summary>The rows of its tables whose first cell is code, such as <c>`domain`</c>: that cell without the backticks, and all cells.</summary>
    public IEnumerable<(string Name, string[] Cells)> CodeRows() =>
        Rows().Where(cells => CodeCell().IsMatch(cells[0])).Select(cells => (cells[0].Trim('`'), cells));

    /// <summary>The rows of all its tables, headings among them.</summary>
    public IEnumerable<string[]> Rows() =>
        Prose.Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => CellBorder().Split(line).Select(cell => cell.Trim()).ToArray()[1..^1]);

    /// <summary>The code blocks of one language.</summary>
    public IEnumerable<string[]> CodeBlocks(string language) => CodeBlocks().Where(block => block.Language == language).Select(block => block.Lines);

    /// <summary>All code blocks, in the order of the page.</summary>
    public IEnumerable<(string Language, string[] Lines)> CodeBlocks()
    {
        for (var at = 0; at < _lines.Length; at++)
        {
            if (_lines[at].StartsWith("```", StringComparison.Ordinal))
            {
                var end = Array.IndexOf(_lines, "```", at + 1);
                yield return (_lines[at][3..], _lines[(at + 1)..end]);
                at = end;
            }
        }
    }

    // The numbers of the lines outside of code blocks.
    private IEnumerable<int> Numbered()
    {
        var code = false;
        for (var at = 0; at < _lines.Length; at++)
        {
            var fence = _lines[at].StartsWith("```", StringComparison.Ordinal);
            code ^= fence;
            if (!code && !fence)
            {
                yield return at;
            }
        }
    }

    private static string NameOf(string heading) => heading.TrimStart('#').Trim();

    private static int LevelOf(string line) => Heading().Match(line) is { Success: true } match ? match.Length - 1 : 0;

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "AuditFunctions.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"AuditFunctions.sln is in no folder above {AppContext.BaseDirectory}.");
    }

    [GeneratedRegex("^`[^`]+`$", RegexOptions.None, 1000)]
    private static partial Regex CodeCell();

    [GeneratedRegex(@"(?<!\\)\|", RegexOptions.None, 1000)]
    private static partial Regex CellBorder();

    [GeneratedRegex("^#+ ", RegexOptions.None, 1000)]
    private static partial Regex Heading();
}
