using AuditFunctions.Pipeline.Health;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Pipeline.Telemetry;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>
/// Records at ticks how sources and destinations are doing. Every record is a row wherever telemetry is kept, so that sources are recorded once in
/// <see cref="Every"/>, by whichever instance ticks first in it, and at once when one stops or starts being well.
/// </summary>
public sealed class TickGauges(PipelineMetrics metrics, TimeProvider time)
{
    /// <summary>How often the gauges of a source that goes on as before are recorded.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(15);

    // What this process recorded last, by source. Only ticks of one process come here, one at a time or nearly.
    private readonly Dictionary<string, PartitionHealth> _recorded = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Records what is due.</summary>
    /// <param name="tick">The tick before this one, of whichever instance; null for the first.</param>
    /// <param name="all">Every partition.</param>
    /// <param name="waiting">What waits for destinations.</param>
    /// <param name="destinations">Names of the destinations.</param>
    public void Record(DateTimeOffset? tick, IReadOnlyList<PartitionFacts> all, WaitingBatches waiting, IEnumerable<string> destinations)
    {
        foreach (var destination in destinations)
        {
            metrics.BacklogSeen(destination, waiting.Of(destination));
        }

        var now = time.GetUtcNow();
        var isTurn = tick is null || Turn(tick.Value) != Turn(now);
        lock (_lock)
        {
            var gone = new HashSet<string>(_recorded.Keys, StringComparer.Ordinal);
            foreach (var source in all.GroupBy(facts => facts.Partition.Source, StringComparer.Ordinal))
            {
                gone.Remove(source.Key);
                Record(source.Key, [.. source], isTurn, now);
            }

            foreach (var source in gone)
            {
                metrics.SourceGone(source, _recorded[source].ToString());
                _recorded.Remove(source);
            }
        }
    }

    private static long Turn(DateTimeOffset at) => at.UtcTicks / Every.Ticks;

    // A source is as well as its worst partition, and as fresh as its freshest: some partitions have no events for months.
    private void Record(string source, PartitionFacts[] partitions, bool isTurn, DateTimeOffset now)
    {
        var states = partitions.Select(facts => PartitionState.Of(facts, now)).ToArray();
        var state = (states.FirstOrDefault(known => !known.IsWell) ?? states[0]).Health;
        var before = _recorded.TryGetValue(source, out var recorded) ? recorded : (PartitionHealth?)null;
        var isNews = before is { } known && known != state && !(IsWell(known) && IsWell(state));
        if (!isTurn && !isNews)
        {
            return;
        }

        var newest = partitions.Max(facts => Newest(facts.Checkpoint));
        metrics.SourceSeen(source, state.ToString(), before?.ToString(), newest is { } at ? now - at : null);
        _recorded[source] = state;
    }

    private static DateTimeOffset? Newest(Checkpoint? checkpoint) => checkpoint?.Window?.NewestAt > checkpoint?.MarkAt ? checkpoint!.Window!.NewestAt : checkpoint?.MarkAt ?? checkpoint?.Window?.NewestAt;

    private static bool IsWell(PartitionHealth health) => new PartitionState(health).IsWell;
}
