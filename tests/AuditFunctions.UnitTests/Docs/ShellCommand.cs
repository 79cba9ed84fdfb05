using System.CommandLine;
using System.Text.RegularExpressions;
using AuditFunctions.Cli;
using AuditFunctions.Cli.Shared;
using Microsoft.Extensions.Configuration;

namespace AuditFunctions.Tests.Docs;

/// <summary>The programs that a page may call, and what is wrong with a call.</summary>
internal static partial class ShellCommand
{
    private static readonly Command Auditfn = Root.Create(
        new Surroundings(() => new ConfigurationBuilder().Build(), TextWriter.Null, TextWriter.Null, TimeProvider.System, DocsPage.Root));

    // Files that a page tells the reader to write.
    private static readonly HashSet<string> FromTheReader = new(StringComparer.Ordinal) { "infra/test.bicepparam" };

    private static readonly Dictionary<string, Func<string[], IEnumerable<string>>> Programs = new(StringComparer.Ordinal)
    {
        ["auditfn"] = OfAuditfn,
        ["dotnet"] = OfDotnet,
        ["docker"] = OfDocker,
        ["export"] = words => OfVariables(words.Select(word => word.Split('=')[0])),
        ["read"] = words => words is ["-rs", .. var names] ? OfVariables(names) : ["a secret that is read must not be shown: read -rs"],
        ["az"] = words => words[0] is "login" or "deployment" or "functionapp" or "group" or "keyvault" or "monitor" or "provider" or "role" or "storage" ? [] : [$"az {words[0]} is not known here"],
        ["azd"] = words => words is ["up" or "down" or "deploy" or "provision" or "env" or "auth" or "config", ..] ? [] : [$"azd {words[0]} is not known here"],
        ["func"] = words => words[0] == "start" ? [] : [$"func {words[0]} is not known here"],
        ["npx"] = words => words is ["azurite"] ? [] : ["npx calls azurite only"],
        ["git"] = words => words is ["pull"] or ["clone", ..] ? [] : ["git pulls and clones only"],
        ["cat"] = _ => [],
        ["cp"] = _ => [],
        ["cd"] = _ => [],
        ["printf"] = _ => [],
        ["(umask"] = _ => [],
        ["sudo"] = words => words[0] == "install" ? [] : ["sudo installs only"],
        ["tar"] = _ => [],
        ["sha256sum"] = _ => [],
        ["gh"] = words => words is ["attestation", "verify", ..] ? [] : ["gh verifies only"],
    };

    /// <summary>What is wrong with a line, in words.</summary>
    public static IEnumerable<string> ProblemsOf(ShellLine line)
    {
        var problems = OfVariables(line.Variables).Concat(OfPaths(line.Text));
        return line.Words switch
        {
            [] => problems,
            [var program, ..] when Programs.GetValueOrDefault(program) is { } check => problems.Concat(check(line.Words[1..])),
            [var script, ..] when script.EndsWith(".sh", StringComparison.Ordinal) && File.Exists(Path.Combine(DocsPage.Root, script)) => problems.Concat(OfScript(script, line.Words[1..])),
            [var program, ..] => problems.Append($"no test knows '{program}'"),
        };
    }

    private static IEnumerable<string> OfAuditfn(string[] words) => Auditfn.Parse(words).Errors.Select(error => error.Message);

    private static IEnumerable<string> OfDotnet(string[] words)
    {
        if (words is not ["build" or "test" or "run" or "format" or "restore" or "publish" or "pack" or "tool", ..])
        {
            return [$"dotnet {words.FirstOrDefault()} is not known here"];
        }

        var project = Array.IndexOf(words, "--project") is >= 0 and var at ? words[at + 1] : null;
        var end = Array.IndexOf(words, "--");
        var projects = project is null || Directory.GetFiles(Path.Combine(DocsPage.Root, project), "*.csproj").Length == 1 ? [] : new[] { $"{project} holds no project" };
        var categories = words.SelectMany(word => Category().Matches(word).Select(match => match.Groups["name"].Value))
            .Where(name => !Categories.Contains(name))
            .Select(name => $"no test has the category {name}");
        return projects.Concat(categories).Concat(project == "src/AuditFunctions.Cli" && end >= 0 ? OfAuditfn(words[(end + 1)..]) : []);
    }

    // What follows the service's name is a command line of auditfn.
    private static IEnumerable<string> OfDocker(string[] words) => words switch
    {
        ["build", ..] => [],
        ["run", .., var image, var command] when image.Contains("auditfunctions", StringComparison.Ordinal) => OfAuditfn([command]),
        ["buildx", "imagetools", "inspect", ..] => [],
        ["compose", ..] when Array.IndexOf(words, "pipeline") is >= 0 and var at => OfAuditfn(words[(at + 1)..]),
        ["compose", .., "up" or "down" or "--detach" or "logs"] => [],
        _ => ["docker is not called like this elsewhere"],
    };

    private static IEnumerable<string> OfScript(string path, string[] words)
    {
        var script = File.ReadAllText(Path.Combine(DocsPage.Root, path));
        return words.Where(word => word.StartsWith("--", StringComparison.Ordinal) && !script.Contains(word, StringComparison.Ordinal)).Select(word => $"{path} has no {word}");
    }

    private static IEnumerable<string> OfVariables(IEnumerable<string> names)
    {
        var settings = DocsPage.Read("docs/settings.md").Text;
        return names
            .Where(name => name != "WORKSPACE" && !name.StartsWith("AUDIT_SECRET_", StringComparison.Ordinal) && !name.StartsWith("AUDITFN_", StringComparison.Ordinal)
                && !settings.Contains($"`{name}`", StringComparison.Ordinal))
            .Select(name => $"{name} is not a setting");
    }

    // A file that a command makes need not exist before.
    private static IEnumerable<string> OfPaths(string line) =>
        RepositoryPath().Matches(line).Select(match => match.Value)
            .Where(path => !line.Contains($"> {path}", StringComparison.Ordinal) && !FromTheReader.Contains(path) && !Path.Exists(Path.Combine(DocsPage.Root, path)))
            .Select(path => $"{path} does not exist");

    private static HashSet<string> Categories { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(DocsPage.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Trait().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value)),
    ];

    [GeneratedRegex(@"(?<![\w./-])(infra|src|tests|docs|templates)/[\w./-]*\w", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"Category!?=(?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Category();

    [GeneratedRegex("Trait\\(\"Category\", \"(?<name>\\w+)\"\\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Trait();
}
