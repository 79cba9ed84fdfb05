using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using AuditFunctions.Configuration;

namespace AuditFunctions.Cli.Shared;

/// <summary>Checks the values of options while a command line is parsed.</summary>
internal static class OptionExtensions
{
    /// <summary>Says that an option or argument does not take a value, and which of the values that it takes is near it.</summary>
    public static string NoneOf(string name, string value, IReadOnlyList<string> allowed) =>
        $"{name}: '{value}' is none of {string.Join(", ", allowed)}.{Nearest.Question(value, allowed)}";

    /// <summary>Refuses a value that is not known. They are asked for when the option was given: making the command loads nothing for them.</summary>
    /// <param name="option">The option.</param>
    /// <param name="known">The values it may have.</param>
    /// <param name="comparer">How they compare; case counts without one.</param>
    public static void AcceptKnown(this Option option, Func<IReadOnlyList<string>> known, StringComparer? comparer = null)
    {
        option.CompletionSources.Add(_ => known().Select(name => new CompletionItem(name)));
        option.Validators.Add(result =>
        {
            if (result.Tokens.Select(token => token.Value).FirstOrDefault(value => !known().Contains(value, comparer ?? StringComparer.Ordinal)) is { } unknown)
            {
                result.AddError(NoneOf(option.Name, unknown, known()));
            }
        });
    }

    /// <summary>Offers the names that an argument may have, where a shell completes it. Others are not refused.</summary>
    public static void Offer<T>(this Argument<T> argument, Func<IEnumerable<string>> names) =>
        argument.CompletionSources.Add(_ => names().Select(name => new CompletionItem(name)));

    /// <summary>What was given, for a check of several options together; the usual value where what was given cannot be read, which the parser reports.</summary>
    public static T? Given<T>(this CommandResult result, Option<T> option)
    {
        try
        {
            return result.GetValue(option);
        }
        catch (InvalidOperationException)
        {
            return default;
        }
    }

    /// <summary>Refuses a value that was given and is not good, or cannot be read as a <typeparamref name="T"/>: a wrong command line.</summary>
    /// <param name="option">The option.</param>
    /// <param name="isGood">Whether a value may stand there.</param>
    /// <param name="problem">What is printed: the option and what it may be.</param>
    public static void Refuse<T>(this Option<T> option, Func<T?, bool> isGood, string problem)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !IsGood(result))
            {
                result.AddError(problem);
            }
        });

        bool IsGood(OptionResult result)
        {
            try
            {
                return isGood(result.GetValueOrDefault<T>());
            }
            catch (InvalidOperationException)
            {
                // Not even a number: the parser says so.
                return true;
            }
        }
    }
}
