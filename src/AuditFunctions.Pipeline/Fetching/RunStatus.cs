using AuditFunctions.Pipeline.Storage.Checkpoints;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>The partition's status as a run leaves it.</summary>
internal sealed class RunStatus(RunContext context, RunTally tally, PageSizing sizing)
{
    /// <summary>After work that went well.</summary>
    public PartitionStatus Succeeded(PartitionStatus current, bool fetched, bool isHalfRead = false) =>
        Counted(StatusAfter.Success(current, context.Now, fetched), isHalfRead);

    /// <summary>After a failure, which the run reports.</summary>
    public PartitionStatus Failed(PartitionStatus current, PollFailure failure, bool isHalfRead)
    {
        var status = StatusAfter.Failure(current, failure, context.Source.Fingerprint, context.Now, context.Services.Random);
        tally.Problem = status.LastError;
        return Counted(status, isHalfRead);
    }

    private PartitionStatus Counted(PartitionStatus status, bool isHalfRead) => status with
    {
        Events = context.Read.Status.Events + tally.Events,
        Doubt = tally.DoubtAfter(context.Read.Status.Doubt),
        Batches = context.Read.Status.Batches + tally.Batches,
        Dropped = context.Read.Status.Dropped.And(tally.DroppedBy.ByName),
        PageSize = sizing.Remembered(isHalfRead),
    };
}
