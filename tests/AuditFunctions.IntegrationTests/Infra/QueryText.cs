using System.Globalization;
using System.Text.RegularExpressions;
using AuditFunctions.Tests.Infra.Tools;

namespace AuditFunctions.Tests.Infra;

/// <summary>A query file, as far as these tests read it.</summary>
internal sealed partial class QueryText
{
    private QueryText(string text)
    {
        var lines = text.Split('\n');
        Comments = string.Join(' ', lines.TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal)));
        Code = string.Join('\n', lines.Where(line => !line.StartsWith("//", StringComparison.Ordinal)));
    }

    /// <summary>The folder <c>infra/queries</c>.</summary>
    public static string Folder { get; } = Path.Combine(Bicep.Folder, "queries");

    /// <summary>Every query file, from that folder.</summary>
    public static string[] Names { get; } = [.. Directory.EnumerateFiles(Folder, "*.kql", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Folder, path)).Order(StringComparer.Ordinal)];

    /// <summary>What stands above it.</summary>
    public string Comments { get; }

    /// <summary>The query.</summary>
    public string Code { get; }

    /// <summary>Without what is between quotation marks and without what is filled in.</summary>
    public string Bare => Braces().Replace(Quoted().Replace(Code, "''"), "0");

    public IEnumerable<string> Tables => Found(Table(), Bare);

    public IEnumerable<string> Metrics => Found(Metric(), Code);

    public IEnumerable<string> Properties => Found(Property(), Code);

    /// <summary>Names of activities that it compares with.</summary>
    public IEnumerable<string> Activities => Found(Activity(), Code).SelectMany(Words);

    /// <summary>Ids of log events that it compares with.</summary>
    public IEnumerable<int> Events => Found(EventIds(), Code).SelectMany(found => Number().Matches(found)).Select(match => int.Parse(match.Value, CultureInfo.InvariantCulture)).Distinct();

    /// <summary>What is filled in before it runs.</summary>
    public IEnumerable<string> Placeholders => Found(Braces(), Code);

    /// <summary>Reads a file.</summary>
    /// <param name="file">From <c>infra/queries</c>.</param>
    public static QueryText Read(string file) => new(Raw(file));

    public static QueryText Of(string text) => new(text);

    public static string Raw(string file) => File.ReadAllText(Path.Combine(Folder, file));

    /// <summary>The words that it compares a dimension with.</summary>
    public IEnumerable<string> ComparedWith(string dimension) =>
        Regex.Matches(Code, $@"\b{dimension}\)? (?:==|!=|in) \(?(?<value>'[^']*'(?:, '[^']*')*)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
            .SelectMany(match => Words(match.Groups["value"].Value)).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> Found(Regex pattern, string text) =>
        pattern.Matches(text).Select(match => match.Groups["value"] is { Success: true } value ? value.Value : match.Value).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> Words(string list) => Quoted().Matches(list).Select(match => match.Value.Trim('\''));

    [GeneratedRegex("'[^'\n]*'", RegexOptions.None, 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\{[A-Za-z:]+\}", RegexOptions.None, 1000)]
    private static partial Regex Braces();

    [GeneratedRegex(@"\b(?:App[A-Z]\w+|Azure[A-Z]\w+|Usage)\b", RegexOptions.None, 1000)]
    private static partial Regex Table();

    [GeneratedRegex(@"auditfunctions\.[\w.]+", RegexOptions.None, 1000)]
    private static partial Regex Metric();

    [GeneratedRegex(@"Properties\.(?<value>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Property();

    [GeneratedRegex(@"\bName (?:==|in) \(?(?<value>'[a-z]+'(?:, '[a-z]+')*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Activity();

    [GeneratedRegex(@"\b(?:eventId|Event|EventId)\)? (?:==|!=|in|between) \(?(?<value>[\d', .]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EventIds();

    [GeneratedRegex(@"\d+", RegexOptions.None, 1000)]
    private static partial Regex Number();
}
