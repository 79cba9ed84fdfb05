using System.CommandLine;
using System.CommandLine.Parsing;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;

namespace AuditFunctions.Cli;

/// <summary>What is wrong with a command line, in words for whoever typed it.</summary>
internal static class UsageText
{
    /// <summary>A line for each problem.</summary>
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        return command.Subcommands.Count > 0 ? [OfGroup(parsed, command)] : parsed.Errors.Select(error => Of(error, parsed, command)).Distinct(StringComparer.Ordinal);
    }

    // A group alone, or with a word that is none of its commands.
    private static string OfGroup(ParseResult parsed, Command group)
    {
        var path = string.Join(' ', parsed.CommandResult.Path());
        string[] known = [.. group.Subcommands.Where(command => !command.Hidden).Select(command => command.Name)];
        var list = string.Join(", ", known);
        return parsed.UnmatchedTokens is [var word, ..]
            ? $"'{word}' is no command of '{path}': {list}.{Nearest.Question(word, known)}"
            : $"'{path}' needs a command: {list}.";
    }

    private static string Of(ParseError error, ParseResult parsed, Command command) => error.SymbolResult switch
    {
        ArgumentResult { Tokens.Count: 0, Argument: var missing } => $"{missing.Name} is missing: {missing.Description}",
        OptionResult { Tokens: [var token], Option: var option } when IsUnreadable(error) => $"{option.Name}: '{token.Value}' is {Wanted(option.ValueType)}.",
        _ when parsed.UnmatchedTokens is [var word, ..] && error.Message.Contains($"'{word}'", StringComparison.Ordinal) =>
            $"'{word}' is no option or argument of '{string.Join(' ', parsed.CommandResult.Path())}'.{Nearest.Question(word, OptionsOf(parsed, command))}",
        _ => error.Message,
    };

    // The parser's own words name a type of .NET.
    private static bool IsUnreadable(ParseError error) => error.Message.Contains("expected type", StringComparison.Ordinal);

    private static string Wanted(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum ? $"none of {string.Join(", ", Enum.GetNames(type).Select(name => name.ToLowerInvariant()))}"
            : type == typeof(int) || type == typeof(long) ? "no whole number"
            : type == typeof(double) || type == typeof(decimal) ? "no number"
            : type == typeof(bool) ? "neither true nor false"
            : "no value that this option takes";
    }

    private static IEnumerable<string> OptionsOf(ParseResult parsed, Command command) =>
        command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(option => option.Recursive)).Select(option => option.Name);
}
