using System.CommandLine;
using System.Text.RegularExpressions;
using AuditFunctions.Cli;
using AuditFunctions.Cli.Shared;
using Microsoft.Extensions.Configuration;

namespace AuditFunctions.Tests.Docs;

/// <summary>What the pages say about <c>auditfn</c> is what it understands.</summary>
public sealed partial class CommandTests
{
    private static readonly Command Auditfn = Root.Create(
        new Surroundings(() => new ConfigurationBuilder().Build(), TextWriter.Null, TextWriter.Null, TimeProvider.System, DocsPage.Root));

    // A command that is only named, without its arguments, is left to the next test.
    [Fact]
    public void Every_command_in_the_pages_is_understood()
    {
        var lines = DocsPage.All().SelectMany(page => Inline().Matches(page.Text)).Select(match => match.Groups["line"].Value)
            .Concat(DocsPage.All().SelectMany(page => page.CodeBlocks("sh")).SelectMany(block => block).Where(line => line.StartsWith("auditfn ", StringComparison.Ordinal)))
            .Distinct(StringComparer.Ordinal)
            .Except(Leaves(Auditfn, "auditfn"))
            .ToArray();
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Empty(Auditfn.Parse(line["auditfn ".Length..]).Errors.Select(error => $"{line}: {error.Message}")));
    }

    [Fact]
    public void Every_command_is_in_some_page()
    {
        var text = string.Join('\n', DocsPage.All().Select(page => page.Text));
        string[] missing = [.. Leaves(Auditfn, "auditfn").Where(path => !text.Contains($"`{path}", StringComparison.Ordinal))];
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_option_is_in_some_page()
    {
        var text = string.Join('\n', DocsPage.All().Select(page => page.Text));
        string[] missing = [.. Options(Auditfn).Distinct(StringComparer.Ordinal).Where(option => !text.Contains(option, StringComparison.Ordinal))];
        Assert.Empty(missing);
    }

    private static IEnumerable<string> Leaves(Command command, string path) =>
        command.Subcommands.Count == 0 ? [path] : command.Subcommands.Where(sub => !sub.Hidden).SelectMany(sub => Leaves(sub, $"{path} {sub.Name}"));

    private static IEnumerable<string> Options(Command command) =>
        command.Options.Select(option => option.Name).Concat(command.Subcommands.SelectMany(Options));

    [GeneratedRegex("`(?<line>auditfn [^`]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Inline();
}
