using System.Text;
using System.Text.RegularExpressions;

namespace AuditFunctions.Tests.Docs;

/// <summary>A command line of an <c>sh</c> block: without its comment, its continuation lines joined.</summary>
/// <param name="Page">The page, from the root.</param>
/// <param name="Text">The line as it is pasted.</param>
/// <param name="AllWords">Its words, without their quotes.</param>
internal sealed partial record ShellLine(string Page, string Text, IReadOnlyList<string> AllWords)
{
    /// <summary>The words, without the variables that are set in front.</summary>
    public string[] Words => [.. AllWords.SkipWhile(word => Assignment().IsMatch(word))];

    /// <summary>The variables that are set in front.</summary>
    public IEnumerable<string> Variables => AllWords.TakeWhile(word => Assignment().IsMatch(word)).Select(word => word.Split('=')[0]);

    /// <summary>All lines of a page.</summary>
    public static IEnumerable<ShellLine> Of(DocsPage page) =>
        page.CodeBlocks("sh").SelectMany(block => Of(Path.GetRelativePath(DocsPage.Root, page.Path), block));

    /// <summary>The lines of a block.</summary>
    public static IEnumerable<ShellLine> Of(string page, string[] block) =>
        string.Join('\n', block).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
            .Select(line => new ShellLine(page, line.Trim(), WordsOf(line)))
            .Where(line => line.AllWords.Count > 0);

    // As a shell splits: blanks count outside of quotes and of $( ) only, and a comment begins where a word would.
    private static List<string> WordsOf(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quote = '\0';
        var depth = 0;
        var begun = false;
        for (var at = 0; at < line.Length; at++)
        {
            var c = line[at];
            var outside = quote == '\0' && depth == 0;
            if (outside && !begun && c == '#')
            {
                break;
            }

            if (outside && c == ' ')
            {
                if (begun)
                {
                    words.Add(word.ToString());
                }

                word.Clear();
                begun = false;
                continue;
            }

            begun = true;
            depth += c == '(' && at > 0 && line[at - 1] == '$' ? 1 : c == ')' && depth > 0 ? -1 : 0;
            if (depth == 0 && (c == quote || (quote == '\0' && c is '\'' or '"')))
            {
                quote = c == quote ? '\0' : c;
                continue;
            }

            word.Append(c);
        }

        if (begun)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*=", RegexOptions.None, 1000)]
    private static partial Regex Assignment();
}
