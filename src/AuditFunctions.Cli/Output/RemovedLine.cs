namespace AuditFunctions.Cli.Output;

/// <summary>Says that something was removed.</summary>
internal static class RemovedLine
{
    /// <summary>Prints it.</summary>
    public static void Print(Printer printer, string noun, string name, bool json)
    {
        if (json)
        {
            printer.Json(new RemovedShape(name, true, 0), CliJson.Default.RemovedShape);
        }
        else
        {
            printer.Line($"{noun} '{name}': removed");
        }
    }
}
