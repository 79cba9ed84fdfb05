using AuditFunctions.Cli.Output;

namespace AuditFunctions.Cli.Commands.Adding;

/// <summary>What came of the test of a row that is not written yet.</summary>
/// <param name="IsGood">Whether the row may be written.</param>
internal sealed record NewRowTest(bool IsGood)
{
    /// <summary>Of a source.</summary>
    public SourceTestShape? Source { get; init; }

    /// <summary>Of a destination.</summary>
    public DestinationTestShape? Destination { get; init; }
}
