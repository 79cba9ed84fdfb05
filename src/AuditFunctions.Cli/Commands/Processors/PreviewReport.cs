using System.Globalization;
using AuditFunctions.Cli.Output;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Processors;

namespace AuditFunctions.Cli.Commands.Processors;

/// <summary>What processors made of events, in words.</summary>
internal static class PreviewReport
{
    /// <summary>Prints it.</summary>
    public static void Print(Printer printer, PreviewedEvents previewed)
    {
        foreach (var one in previewed.Events)
        {
            printer.Line($"{one.Line}  {one.Before}");
            foreach (var after in one.After)
            {
                printer.Line(one.After.Count == 1 && after == one.Before ? "   = unchanged" : $"   > {after}");
            }

            foreach (var letter in one.DeadLetters)
            {
                printer.Line($"   † kept as a dead letter: {letter}");
            }

            foreach (var name in one.DroppedBy)
            {
                printer.Line($"   x left out by {name}");
            }

            foreach (var failure in one.Failures)
            {
                printer.Line($"   ! {failure}");
            }
        }

        foreach (var count in previewed.Counts.Where(count => count.Dropped + count.Failed > 0))
        {
            printer.Line($"{count.Name}: left out {count.Dropped}, failed {count.Failed}");
        }

        var saved = previewed.BytesBefore == 0 ? 0 : 100d * (previewed.BytesBefore - previewed.BytesAfter) / previewed.BytesBefore;
        printer.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{Counted.Of(previewed.Events.Count, "event")}, {previewed.Left} {(previewed.Left == 1 ? "goes" : "go")} on; {previewed.BytesBefore:N0} bytes before, {previewed.BytesAfter:N0} after, {Math.Abs(saved):0.#} % {(saved < 0 ? "more" : "saved")}"));
        if (previewed.HasStandInKeys)
        {
            printer.Note("Pseudonyms are made with a key that stands in for the real one.");
        }
    }
}
