using System.CommandLine;
using System.Diagnostics;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Sources;

namespace AuditFunctions.Cli.Commands;

/// <summary><c>auditfn backfill NAME --from INSTANT</c></summary>
internal sealed class BackfillCommand : StorageCommand
{
    private readonly Argument<string> _name = Names.Argument("The source.");
    private readonly Option<DateTimeOffset?> _from = InstantOption.Of("--from", "Where to start, such as 2026-01-01T00:00:00Z; UTC when no zone is given.");
    private readonly Option<bool> _again = new("--again") { Description = "Send events again that were sent before: for a destination that lost them. Every destination of the source gets them." };

    /// <summary>The command.</summary>
    public BackfillCommand(Surroundings here)
        : base(
            here,
            "backfill",
            "Moves a source back, so that everything from an instant on is read again at its next poll. What is remembered as sent is not sent again.",
            "auditfn backfill okta-prod --from 2026-01-01T00:00:00Z",
            "auditfn backfill okta-prod --from 2026-01-01T00:00:00Z --again")
    {
        _from.Required = true;
        Arguments.Add(_name);
        Options.Add(_from);
        Options.Add(_again);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var from = parsed.GetRequiredValue(_from)!.Value;
        var name = parsed.GetRequiredValue(_name);
        var backfilled = await new BackfillSource(installation, Here.Time).RunAsync(name, from, parsed.GetValue(_again), cancellationToken);
        var exitCode = backfilled.IsLeased ? ExitCode.Failed : ExitCode.Done;
        if (WantsJson(parsed))
        {
            printer.Json(new BackfillShape(name, [.. backfilled.Partitions.Select(result => ShapeOf(result.Key.Partition, result.Value))]), CliJson.Default.BackfillShape);
            return exitCode;
        }

        foreach (var (partition, result) in backfilled.Partitions)
        {
            var which = $"source '{name}', partition '{partition.Partition}'";
            switch (result)
            {
                case BackfillResult.Moved moved:
                    printer.Line($"{which}: the next poll reads from {Instants.Iso(moved.StartsAt)}{(moved.StartsAt > from ? ", the vendor keeps no more" : "")}");
                    break;
                case BackfillResult.NotReached ahead:
                    printer.Line($"{which}: unchanged, it stands at {Instants.Iso(ahead.StartsAt)}, before that instant");
                    break;
                case BackfillResult.Leased leased:
                    printer.Note($"{which}: unchanged, it is being fetched until {Instants.Iso(leased.Until)} or earlier. Try again; if it stays so, pause the source first.");
                    break;
                default:
                    throw new UnreachableException();
            }
        }

        if (!backfilled.Source.Enabled)
        {
            printer.Note($"The source is paused: 'auditfn sources resume {name}' starts it.");
        }

        return exitCode;
    }

    private static BackfilledShape ShapeOf(string partition, BackfillResult result) => result switch
    {
        BackfillResult.Moved moved => new(partition, true, moved.StartsAt, null),
        BackfillResult.NotReached ahead => new(partition, false, ahead.StartsAt, null),
        BackfillResult.Leased leased => new(partition, false, null, leased.Until),
        _ => throw new UnreachableException(),
    };
}
