using System.Text;

namespace AuditFunctions.Cli.Shared;

/// <summary>Reads a line from a terminal that does not show what is typed.</summary>
internal static class HiddenLine
{
    /// <summary>Reads it; null when the input is no terminal, where nothing would be shown anyway.</summary>
    public static Func<string?>? OfThisProcess() => Console.IsInputRedirected ? null : Read;

    private static string Read()
    {
        var line = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                line.Length = Math.Max(0, line.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                line.Append(key.KeyChar);
            }
        }

        return line.ToString();
    }
}
