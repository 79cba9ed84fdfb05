using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>Tells which partitions a tick asks for.</summary>
internal static class DuePartitions
{
    /// <summary>Whether a partition is due.</summary>
    /// <param name="source">Its source.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="checkpoint">Its checkpoint; null when it was never polled.</param>
    /// <param name="after">The tick before, or since when the partition was blocked: turns after it count.</param>
    /// <param name="now">The instant.</param>
    public static bool IsDue(SourceDefinition source, PartitionId partition, Checkpoint? checkpoint, DateTimeOffset after, DateTimeOffset now)
    {
        if (checkpoint is null || (source.Partitions is not null && checkpoint.IsUnpolled(now)))
        {
            // Never polled: its first turn is now.
            return true;
        }

        var status = checkpoint.Status;
        if (checkpoint.UnreadableColumn is not null || checkpoint.IsLeased(now) || status.IsBackedOff(source.Fingerprint, now))
        {
            return false;
        }

        if (partition.IsDiscovery)
        {
            return checkpoint.Cursor != source.Fingerprint || status.Failures > 0 || now - status.LastPollAt >= source.Partitions!.Every;
        }

        // A window that was left open goes on, a back-off that has ended is tried, and a corrected row is too: none waits for its next turn.
        var isCorrected = status.FailedDefinition is { } failed && failed != source.Fingerprint;
        var isLeftOver = checkpoint.HasOpenWindow || (status.NextPollAt is { } retry && (retry > after || isCorrected));
        return isLeftOver || PollTimes.IsDue(partition.Name, source.Timing.Interval, after, now);
    }

    /// <summary>Whether a poll is known to be short: it shares a message with others. Another has one of its own, so that another instance can take it.</summary>
    public static bool IsQuick(Checkpoint? checkpoint) => checkpoint is { HasOpenWindow: false, Status: { Failures: 0, LastPollAt: not null } };
}
