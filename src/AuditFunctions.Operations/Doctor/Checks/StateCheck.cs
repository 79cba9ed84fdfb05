using AuditFunctions.Configuration;
using AuditFunctions.Operations.Doctor.Findings;
using AuditFunctions.Operations.Status;
using AuditFunctions.Pipeline.Health;
using AuditFunctions.Sources;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>How partitions and destinations have been doing, as <c>auditfn status</c> tells it: what only shows over time.</summary>
internal sealed class StateCheck : ICheck
{
    private const string Scheduler = "scheduler";

    /// <inheritdoc/>
    public string Name => "state";

    /// <inheritdoc/>
    public IEnumerable<Look> Looks(Examination on) => on.Sources is null || on.Destinations is null ? [] : [new Look("state", cancellationToken => FindAsync(on, cancellationToken))];

    private static async Task<IReadOnlyList<Finding>> FindAsync(Examination on, CancellationToken cancellationToken)
    {
        var status = await on.Installation.Make<StatusReader>().ReadAsync(cancellationToken);
        var wanted = on.Wanted;
        return
        [
            .. wanted.IsWhole ? [OfTick(status)] : Array.Empty<Finding>(),
            .. status.Partitions.Where(report => wanted.IsWhole || wanted.Sources.Contains(report.Partition.Source)).SelectMany(report => new[] { Of(report, status.At), OfDoubt(report), OfGap(report, status.At) }).OfType<Finding>(),
            .. status.Destinations.Where(report => wanted.IsWhole || wanted.Destinations.Contains(report.Name)).Select(report => Of(report, on, status.At)).OfType<Finding>(),
        ];
    }

    private static Finding OfTick(InstallationStatus status) => status.LastTickAt switch
    {
        null => Finding.Note(Scheduler, "has never ticked: nothing polls by itself yet", "Start the app, or a process of your own.", "auditfn run"),
        { } tick when !status.IsRunning => Finding.Problem(
            Scheduler, $"nothing runs: last tick {Rounded.Of(status.At - tick)} ago", "Start the app (az functionapp start), or a process of your own.", "auditfn run"),
        { } tick => Finding.Ok(Scheduler, $"last ticked {Instants.Short(tick, status.At)}"),
    };

    // What is wrong with a row is reported for the row.
    private static Finding? Of(PartitionReport report, DateTimeOffset now)
    {
        var name = report.Partition.Source;
        var where = report.Partition.Partition == PartitionId.Single ? $"state of source '{name}'" : $"state of partition '{report.Partition}'";
        var what = report.State.Describe(now) + (report.Error is { } why ? $": {why}" : "");
        var word = AzureCommands.Word(name);
        return report.State.Health switch
        {
            PartitionHealth.BadRow or PartitionHealth.Paused => null,
            PartitionHealth.Ok or PartitionHealth.Idle or PartitionHealth.CatchingUp or PartitionHealth.Retired => Finding.Ok(where, what),
            PartitionHealth.NeverPolled => Finding.Note(where, what),
            PartitionHealth.Throttled or PartitionHealth.BackedOff => Finding.Note(where, what, "This is tried again by itself."),
            PartitionHealth.NoRow => Finding.Note(where, $"was removed and left a checkpoint: {report.State.Reason}", "Keep it for a source of the same name, or remove it.", $"auditfn sources remove {word} --forget"),
            PartitionHealth.Overdue => Finding.Problem(where, what, "Start the app, or a process of your own.", "auditfn run"),
            PartitionHealth.Blocked => Finding.Problem(where, what, "Mend the destination; polling goes on by itself.", "auditfn status"),
            PartitionHealth.Silent => Finding.Problem(where, what, "Look at the vendor whether there are events, and whether the credential may see them.", $"auditfn sources test {word}"),
            PartitionHealth.Failing => Finding.Problem(where, what, null, $"auditfn sources test {word}"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static Finding? OfDoubt(PartitionReport report) => report.Doubt is { } doubt
        ? Finding.Note($"events of '{report.Name}'", doubt, "Compare the row with the vendor's answer.", $"auditfn sources test {AzureCommands.Word(report.Partition.Source)}")
        : null;

    private static Finding? OfGap(PartitionReport report, DateTimeOffset now) => report.Gap is { } gap
        ? Finding.Note(
            $"events of '{report.Name}'",
            $"those from {Instants.Short(gap.FromAt, now)} to {Instants.Short(gap.ToAt, now)} may be missing: the vendor did not have them any more when they were to be read",
            "Look for them in the vendor's console. Find out why nothing was read for so long: 'status' and the log say it. This is shown for 30 days.",
            $"auditfn sources show {AzureCommands.Word(report.Partition.Source)}")
        : null;

    private static Finding? Of(DestinationReport report, Examination on, DateTimeOffset now)
    {
        var where = $"state of destination '{report.Name}'";
        var what = report.State.Describe(now) + (report.State.Reason is { } why ? $": {why}" : "");
        return report.State.Health switch
        {
            DestinationHealth.BadRow when on.Destinations?.ContainsKey(report.Name) == true => null,
            DestinationHealth.BadRow => Finding.Problem(where, $"{Counted.Of(report.State.Waiting, "batch")} {(report.State.Waiting == 1 ? "waits" : "wait")} for it, and it has no row", "Write a row for it: they are delivered then.", "auditfn apply rows.yaml"),
            DestinationHealth.Failing or DestinationHealth.Refused => Finding.Problem(where, what, "Batches wait and are delivered when it takes them again.", $"auditfn destinations test {AzureCommands.Word(report.Name)}"),
            DestinationHealth.Draining => Finding.Note(where, what),
            DestinationHealth.Ok or DestinationHealth.Idle or DestinationHealth.NeverUsed => Finding.Ok(where, what),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
