using AuditFunctions.Configuration;
using AuditFunctions.Operations.Doctor.Findings;
using AuditFunctions.Operations.Sources;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>Whether each source's row is right and its next page can be read. Nothing is shipped and no checkpoint changes.</summary>
internal sealed class SourcesCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "sources";

    /// <inheritdoc/>
    public IEnumerable<Look> Looks(Examination on)
    {
        if (on.Destinations is null)
        {
            return [One(Finding.Note("sources and destinations", "not examined: their rows cannot be read"))];
        }

        if (on.Sources is { Count: 0 } && on.Wanted.IsWhole)
        {
            return [One(Finding.Note("sources", "there are none yet", "Add rows.", "auditfn apply rows.yaml"))];
        }

        return on.ChosenSources.Select(row => new Look($"source '{row.Row.Name}'", cancellationToken => FindAsync(on, row, cancellationToken)));
    }

    private static Look One(Finding finding) => Look.Of(finding.Where, _ => Task.FromResult(finding));

    private static async Task<IReadOnlyList<Finding>> FindAsync(Examination on, DefinedRow<SourceDefinition> row, CancellationToken cancellationToken)
    {
        var where = $"source '{row.Row.Name}'";
        var isOn = RowSwitch.IsOn(row);
        if (!isOn && on.Wanted.IsWhole)
        {
            return [Finding.Note(where, "is paused, and not asked", "--source examines it all the same.", $"auditfn sources resume {AzureCommands.Word(row.Row.Name)}")];
        }

        if (SourceProblems.Of(row, on.Destinations ?? throw new InvalidOperationException("Rows are known.")) is { Count: > 0 } problems)
        {
            return [.. problems.Select(problem => Finding.Problem(where, $"its row is wrong: {problem}", "Correct the row and write it again.", "auditfn apply rows.yaml"))];
        }

        var source = row.Definition!;
        if (await SecretMeaning.UnreadableAsync(on, source.Secrets.Values.Concat(source.ProcessorSecrets), cancellationToken) is { } secret)
        {
            return [Finding.Note(where, $"its row is right; not asked, since '{secret}' cannot be read")];
        }

        var hasBegun = source is { Timing.Since: not null, Snapshot: null }
            && (await on.Installation.Get<CheckpointStore>().ListAsync(source.Name, cancellationToken)).Any(partition => partition.Checkpoint.MarkAt is not null);
        if (source.Partitions is null)
        {
            var status = (await on.Installation.Get<CheckpointStore>().ReadAsync(new PartitionId(source.Name, PartitionId.Single), cancellationToken)).Status;
            if (status is { IsThrottled: true, NextPollAt: { } next } && next > on.Time.GetUtcNow())
            {
                return [Finding.Note(where, $"the vendor told us to wait until {Instants.Short(next, on.Time.GetUtcNow())}, and is not asked before")];
            }
        }

        // Of several partitions the first one: what keeps one of the others from being read stands in its state.
        var tested = await TestSource.OfSourceAsync(on.Installation, source, new TestWish(MaxEvents: 0, MaxPages: 1, Partition: null), cancellationToken);
        return [await OfAsync(on, where, source, tested.Result, hasBegun ? "; 'since' in its row has no effect any more: events were read already" : "", cancellationToken)];
    }

    private static async Task<Finding> OfAsync(Examination on, string where, SourceDefinition source, DryRunResult result, string since, CancellationToken cancellationToken) => result switch
    {
        { Window: null } => Finding.Ok(where, $"its row is right; nothing is to be read yet{since}"),
        { Problem: null } => Finding.Ok(where, $"its next page can be read: {Counted.Of(result.Events, "event")}, {result.New} of them new{since}"),
        { IsThrottled: true } => Finding.Note(where, result.Problem, "This passes by itself; a longer interval asks less often."),
        { StatusCode: 401 or 403 } => Finding.Problem(
            where,
            result.Problem,
            "Store a credential that is current and may read audit logs; with several, the one that has expired.",
            await SecretMeaning.StoreAnewAsync(on, source.Secrets.Values, cancellationToken)),
        { StatusCode: 0 } => Finding.Problem(where, result.Problem, "See whether the vendor's host can be reached from here and the row names it right.", $"auditfn sources show {AzureCommands.Word(source.Name)}"),
        { StatusCode: >= 500 } => Finding.Problem(where, result.Problem, "The vendor has trouble: the source goes on by itself when that is over. See the vendor's status page.", $"auditfn sources test {AzureCommands.Word(source.Name)}"),
        _ => Finding.Problem(where, result.Problem, "See what it is asked, and compare the row's parameters with the vendor's documentation.", $"auditfn sources show {AzureCommands.Word(source.Name)}"),
    };
}
