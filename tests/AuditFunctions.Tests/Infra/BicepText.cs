using System.Text.RegularExpressions;
using AuditFunctions.Tests.Docs;

namespace AuditFunctions.Tests.Infra;

/// <summary>A Bicep file, as far as these tests read it: names, versions, lists of words. It is no compiler.</summary>
internal sealed partial class BicepText
{
    private readonly string[] _lines;

    private BicepText(string path)
    {
        Path = System.IO.Path.GetRelativePath(Folder, path);
        _lines = File.ReadAllLines(path);
    }

    /// <summary>The folder <c>infra</c>.</summary>
    public static string Folder { get; } = System.IO.Path.Combine(DocsPage.Root, "infra");

    /// <summary>From <c>infra</c>.</summary>
    public string Path { get; }

    /// <summary>The whole file without its comments.</summary>
    public string Code => string.Join('\n', _lines.Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));

    /// <summary>Parameters: their names, and what stands behind the name on the same line.</summary>
    public IEnumerable<(string Name, string Tail, bool Described)> Parameters => Declared("param");

    /// <summary>Outputs, likewise.</summary>
    public IEnumerable<(string Name, string Tail, bool Described)> Outputs => Declared("output");

    /// <summary>Variables, likewise.</summary>
    public IEnumerable<(string Name, string Tail, bool Described)> Variables => Declared("var");

    /// <summary>Types and API versions of its resources.</summary>
    public IEnumerable<(string Type, string Version)> Resources =>
        ResourceLine().Matches(Code).Select(match => (match.Groups["type"].Value, match.Groups["version"].Value));

    /// <summary>Modules: the file of each, and the names of the values that it is given.</summary>
    public IEnumerable<(string File, string[] Given)> Modules => ModuleBlock().Matches(Code).Select(match => (
        match.Groups["file"].Value,
        GivenLine().Matches(match.Groups["params"].Value).Select(given => given.Groups["name"].Value).ToArray()));

    /// <summary>App settings: names and values as they are written.</summary>
    public IEnumerable<(string Name, string Value)> Settings =>
        SettingLine().Matches(Code).Select(match => (match.Groups["name"].Value, match.Groups["value"].Value));

    /// <summary>Reads a file.</summary>
    /// <param name="path">From <c>infra</c>.</param>
    public static BicepText Read(string path) => new(System.IO.Path.Combine(Folder, path));

    /// <summary>Every Bicep file.</summary>
    public static IReadOnlyList<BicepText> All() =>
        [.. Directory.EnumerateFiles(Folder, "*.bicep", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => new BicepText(path))];

    /// <summary>The words of a list that a variable holds, or that a parameter has as default.</summary>
    public string[] Words(string variable)
    {
        var match = Regex.Match(Code, $@"^(?:var|param) {variable}\b[^\n]*= \[\n(?<words>[^\]]*)\]", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        Assert.True(match.Success, $"{Path} has no list '{variable}'.");
        return [.. Word().Matches(match.Groups["words"].Value).Select(word => word.Groups["word"].Value)];
    }

    // Decorators stand above a declaration without an empty line in between.
    private IEnumerable<(string Name, string Tail, bool Described)> Declared(string keyword)
    {
        for (var at = 0; at < _lines.Length; at++)
        {
            var match = Regex.Match(_lines[at], $@"^{keyword} (?<name>\w+)(?<rest>.*)$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
            if (match.Success)
            {
                var above = _lines[..at].Reverse().TakeWhile(line => line.Length > 0);
                yield return (match.Groups["name"].Value, match.Groups["rest"].Value.Trim(), above.Any(line => line.StartsWith("@description('", StringComparison.Ordinal)));
            }
        }
    }

    [GeneratedRegex(@"^resource \w+ '(?<type>[^@']+)@(?<version>[^']+)'", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ResourceLine();

    [GeneratedRegex(@"^module \w+ '(?<file>[^']+)'[^\n]*\{\n.*?^  params: \{\n(?<params>.*?)^  \}", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ModuleBlock();

    [GeneratedRegex(@"^    (?<name>\w+):", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex GivenLine();

    [GeneratedRegex(@"^  \{ name: '(?<name>\w+)', value: (?<value>.+) \}$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SettingLine();

    [GeneratedRegex("'(?<word>[^']+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();
}
