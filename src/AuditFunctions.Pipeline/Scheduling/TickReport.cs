using AuditFunctions.Pipeline.Health;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>Says at a tick how everything is doing: as metrics, and once in the log when a state changes.</summary>
public sealed class TickReport(StateWatch watch, TickGauges gauges)
{
    /// <summary>Records the metrics, and reads which states were reported before.</summary>
    /// <param name="facts">What the tick found.</param>
    /// <param name="lastTickAt">The tick before it; null for the first.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Null when storage failed; then nothing is reported at this tick.</returns>
    public async Task<ReportedStates?> BeginAsync(TickFacts facts, DateTimeOffset? lastTickAt, CancellationToken cancellationToken)
    {
        gauges.Record(lastTickAt, facts.Partitions, facts.Waiting, facts.Destinations);
        return await watch.ReadAsync(cancellationToken);
    }

    /// <summary>Reports the states that changed.</summary>
    public Task EndAsync(ReportedStates? reported, TickFacts facts, DateTimeOffset after, CancellationToken cancellationToken) =>
        reported is null ? Task.CompletedTask : watch.ReportAsync(reported, facts.Partitions, facts.Fetches, facts.Waiting.Ships, after, cancellationToken);
}
