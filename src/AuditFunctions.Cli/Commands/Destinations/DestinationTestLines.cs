using AuditFunctions.Cli.Output;

namespace AuditFunctions.Cli.Commands.Destinations;

/// <summary>What came of a destination's test, in words.</summary>
internal static class DestinationTestLines
{
    /// <summary>Writes it.</summary>
    public static void Print(Printer printer, DestinationTestShape shape)
    {
        if (shape.Health is { } state)
        {
            printer.Line($"destination '{shape.Name}': health: {state}");
        }

        if (shape.Delivered)
        {
            printer.Line($"destination '{shape.Name}': took the marked event; search for \"auditfunctions\":\"test\"");
        }
        else
        {
            printer.Note($"destination '{shape.Name}': did not take the marked event: {shape.Answer}");
        }
    }
}
