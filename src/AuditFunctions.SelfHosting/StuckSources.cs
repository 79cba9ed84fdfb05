using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources;

namespace AuditFunctions.SelfHosting;

/// <summary>
/// Tells which partitions fail, or are throttled, without getting on, so that a run that is to end by itself does not wait for them. Not thread safe.
/// </summary>
/// <param name="patience">How long a partition may go without getting on, its next wait included.</param>
internal sealed class StuckSources(TimeSpan patience)
{
    private readonly Dictionary<PartitionId, (Progress Seen, DateTimeOffset At)> _known = [];

    /// <summary>Whether a partition got no further for so long, or will not before then.</summary>
    public bool Has(PartitionId partition, Checkpoint checkpoint, DateTimeOffset now)
    {
        var known = _known.TryGetValue(partition, out var before);

        // What is read again from its start, or in shorter parts, gets no further by that: only what was read to an end counts.
        var parts = checkpoint.Split?.FromAt is { } from && !(from < before.Seen?.PartsReadTo) ? from : before.Seen?.PartsReadTo;

        // A cursor that changes is no progress: some vendors give a new one for ever. Nor is a window that starts later because the vendor keeps events no longer.
        var seen = new Progress(checkpoint.MarkAt, checkpoint.Status.Events, checkpoint.ReadToAt, parts, checkpoint.Sweep?.Slice?.FromAt);
        if (!known || before.Seen != seen)
        {
            before = _known[partition] = (seen, now);
        }

        var status = checkpoint.Status;
        var goesOnAt = status.NextPollAt > now ? status.NextPollAt.Value : now;
        return status.Failures > 0 && goesOnAt - before.At > patience;
    }

    private sealed record Progress(DateTimeOffset? MarkAt, long Events, DateTimeOffset? ReadToAt, DateTimeOffset? PartsReadTo, DateTimeOffset? SliceFromAt);
}
