using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Operations.Rows;

namespace AuditFunctions.Cli.Commands.Rows;

/// <summary>What came of writing rows, for people or as JSON.</summary>
internal static class AppliedLines
{
    /// <summary>Writes it.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Print(Printer printer, AppliedRows applied, bool json)
    {
        if (applied.Problems.Count > 0)
        {
            return Refuse(printer, applied.Problems, json);
        }

        foreach (var note in applied.Notes)
        {
            printer.Note(note);
        }

        AppliedRowShape[] shapes = [.. applied.Rows.Select(AppliedRowShape.Of)];
        if (json)
        {
            printer.Json(new AppliedShape(true, shapes, [], []), CliJson.Default.AppliedShape);
            return ExitCode.Done;
        }

        foreach (var shape in shapes)
        {
            printer.Line($"{shape.Kind} '{shape.Name}': {shape.Change}{(shape.Change == "changed" ? $" ({string.Join(", ", shape.Columns)})" : "")}");
        }

        return ExitCode.Done;
    }

    /// <summary>Writes what is wrong, and that nothing was written.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Refuse(Printer printer, IReadOnlyList<RowProblem> problems, bool json)
    {
        if (json)
        {
            printer.Json(new AppliedShape(false, [], [.. problems.Select(RowProblemShape.Of)], []), CliJson.Default.AppliedShape);
        }
        else
        {
            printer.Print(problems);
            printer.Note("Nothing was written.");
        }

        return ExitCode.Failed;
    }
}
