using System.CommandLine;
using System.CommandLine.Parsing;

namespace AuditFunctions.Cli.Shared;

/// <summary>Checks the values of options while a command line is parsed.</summary>
internal static class OptionExtensions
{
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
                // Not even a number.
                return false;
            }
        }
    }
}
