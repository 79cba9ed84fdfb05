using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;

namespace AuditFunctions.Cli;

/// <summary>What is wrong with a command line, in words for whoever typed it.</summary>
internal static class UsageText
{
    /// <summary>A line for each problem.</summary>
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        return command.Subcommands.Count > 0 ? [OfGroup(parsed, command)] : parsed.Errors.Select(error => Of(error, parsed, command)).OfType<string>().Distinct(StringComparer.Ordinal);
    }

    /// <summary>A line for each word that the parser took for an argument, as it does where one is still missing, and that was meant as an option.</summary>
    /// <param name="parsed">What the parser made of it.</param>
    /// <param name="words">What was typed. Behind <c>--</c> everything is an argument.</param>
    public static IEnumerable<string> OfMistaken(ParseResult parsed, IReadOnlyList<string> words)
    {
        if (parsed.Action is not ParseErrorAction && parsed.Action != parsed.CommandResult.Command.Action)
        {
            yield break;
        }

        var path = string.Join(' ', parsed.CommandResult.Path());
        string[] typed = [.. words.TakeWhile(word => word != "--")];
        foreach (var taken in parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value))
        {
            if (taken.Length > 1 && IsOption(taken) && typed.Contains(taken))
            {
                yield return $"'{taken}' is no option of '{path}'.{Nearest.Question(taken, OptionsOf(parsed, parsed.CommandResult.Command))} A name that starts so stands behind '--'.";
            }
            else if (AllOptions(parsed, parsed.CommandResult.Command).FirstOrDefault(option => option.ValueType == typeof(bool) && typed.Contains($"{option.Name}={taken}")) is { } flag)
            {
                yield return $"{flag.Name} takes no value.";
            }
        }
    }

    // A group alone, or with a word that is not one of its commands.
    private static string OfGroup(ParseResult parsed, Command group)
    {
        var path = string.Join(' ', parsed.CommandResult.Path());
        string[] known = [.. group.Subcommands.Where(command => !command.Hidden).Select(command => command.Name)];
        var list = string.Join(", ", known);
        return parsed.UnmatchedTokens is [var word, ..]
            ? $"'{word}' is no command of '{path}': {list}.{Nearest.Question(word, known)}"
            : $"'{path}' needs a command: {list}.";
    }

    // Null for a word that only followed another that is refused.
    private static string? Of(ParseError error, ParseResult parsed, Command command) => error.SymbolResult switch
    {
        ArgumentResult { Tokens.Count: 0, Argument: var missing } => $"{missing.Name} is missing: {missing.Description}",
        OptionResult { Tokens: [var token], Option: var option } when IsUnreadable(error) => $"{option.Name}: '{token.Value}' is {Wanted(option.ValueType)}.",
        OptionResult { Tokens: [var token], Option: var option } when Allowed(error) is { Length: > 0 } allowed => OptionExtensions.NoneOf(option.Name, token.Value, allowed),
        ArgumentResult { Tokens: [var token], Argument: var argument } when Allowed(error) is { Length: > 0 } allowed => OptionExtensions.NoneOf(argument.Name, token.Value, allowed),
        _ when parsed.UnmatchedTokens.ToList().FindIndex(word => error.Message.Contains($"'{word}'", StringComparison.Ordinal)) is >= 0 and var at =>
            OfUnknown(parsed.UnmatchedTokens, at, parsed, command),
        _ => error.Message,
    };

    // The parser lists the values that may stand there, each on a line of its own and in quotes.
    private static string[] Allowed(ParseError error) =>
        [.. error.Message.Split('\n').Skip(1).Select(line => line.Trim().Trim('\'')).Where(line => line.Length > 0)];

    // What stands behind an option that is not known was meant as its value.
    private static string? OfUnknown(IReadOnlyList<string> words, int at, ParseResult parsed, Command command) =>
        at > 0 && IsOption(words[at - 1]) && !IsOption(words[at])
            ? null
            : $"'{words[at]}' is no option or argument of '{string.Join(' ', parsed.CommandResult.Path())}'.{Nearest.Question(words[at], OptionsOf(parsed, command))}";

    private static bool IsOption(string word) => word.StartsWith('-');

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

    private static IEnumerable<string> OptionsOf(ParseResult parsed, Command command) => AllOptions(parsed, command).Select(option => option.Name);

    private static IEnumerable<Option> AllOptions(ParseResult parsed, Command command) =>
        command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(option => option.Recursive));
}
