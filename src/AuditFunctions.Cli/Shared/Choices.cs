using System.Globalization;
using AuditFunctions.Cli.Output;

namespace AuditFunctions.Cli.Shared;

/// <summary>A list of which one is chosen by its number.</summary>
internal static class Choices
{
    /// <summary>Prints it, numbered from 1.</summary>
    public static void Print(Printer printer, IEnumerable<string> choices)
    {
        foreach (var (at, choice) in choices.Index())
        {
            printer.Note($"  {at + 1}) {choice}");
        }
    }

    /// <summary>The one whose number was typed; null when it is no number of the list.</summary>
    public static T? At<T>(IReadOnlyList<T> choices, string answer)
        where T : class =>
        int.TryParse(answer, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= choices.Count ? choices[number - 1] : null;
}
