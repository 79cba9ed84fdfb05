using AuditFunctions.Cli.Output;
using AuditFunctions.Configuration;

namespace AuditFunctions.Cli.Commands.Sources;

/// <summary>A checkpoint in words.</summary>
internal static class CheckpointLines
{
    /// <summary>Names and values.</summary>
    public static IEnumerable<(string Name, string? Value)> Of(CheckpointShape checkpoint) =>
    [
        ("  high-water mark", checkpoint.HighWaterMark is { } mark ? Instants.Iso(mark) : "none yet"),
        ("  window", checkpoint.WindowFrom is { } from && checkpoint.WindowTo is { } to ? $"in progress, {Instants.Iso(from)} to {Instants.Iso(to)}" : null),
        ("  cursor", checkpoint.CursorLength > 0 ? $"kept ({checkpoint.CursorLength} characters)" : null),
        ("  events so far", $"{checkpoint.Events}"),
        ("  last poll", checkpoint.LastPoll is { } poll ? Instants.Iso(poll) : null),
        ("  last error", checkpoint.LastError),
        ("  doubt", checkpoint.Doubt),
        ("  gap", checkpoint.Gap is { } gap ? $"events from {Instants.Iso(gap.From)} to {Instants.Iso(gap.To)} may be missing; found {Instants.Iso(gap.Found)}" : null),
    ];
}
