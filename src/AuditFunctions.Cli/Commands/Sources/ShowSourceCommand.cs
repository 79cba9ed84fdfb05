using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Rows;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Rows;

namespace AuditFunctions.Cli.Commands.Sources;

/// <summary><c>auditfn sources show NAME</c></summary>
internal sealed class ShowSourceCommand : StorageCommand
{
    private readonly Argument<string> _name = Names.Argument("The source.");

    /// <summary>The command.</summary>
    public ShowSourceCommand(Surroundings here)
        : base(here, "show", "Shows a source: its row, what it means, and how far it is.", "auditfn sources show okta-prod") =>
        Arguments.Add(_name);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var row = (await installation.SourcesAsync(cancellationToken)).Find("source", parsed.GetRequiredValue(_name));
        var problems = SourceProblems.Of(row, await installation.DestinationsAsync(cancellationToken));
        var checkpoints = await installation.Get<CheckpointStore>().ListAsync(row.Row.Name, cancellationToken);
        var own = await installation.OwnTemplatesAsync(cancellationToken);
        var shape = new SourceDetailShape(
            row.Row.Name,
            VisibleColumns.Of(row.Row, installation.TemplatesWith(own.Values.Select(template => template.Row))),
            row.Definition is null ? null : SourceDefinitionShape.Of(row.Definition),
            [.. checkpoints.Select(found => CheckpointShape.Of(found.Partition, found.Checkpoint))],
            ProblemShape.Of(problems));
        if (WantsJson(parsed))
        {
            printer.Json(shape, CliJson.Default.SourceDetailShape);
            return ExitCode.Done;
        }

        printer.Line($"source '{shape.Name}'");
        printer.Pairs(shape.Columns.Select(column => ("  " + column.Key, (string?)column.Value)));
        if (row.Definition is { } definition)
        {
            var timing = definition.Timing;
            printer.Line("means");
            printer.Pairs(
                ("  request", shape.Definition!.Request),
                ("  progress", $"by {shape.Definition.Progress}, events {shape.Definition.Order}"),
                ("  polled", $"every {Durations.Write(timing.Interval)}; lag {Durations.Write(timing.Lag)}, overlap {Durations.Write(timing.Overlap)}"),
                ("  starts", timing.Since is { } since ? $"at {Instants.Iso(since)}" : $"{Durations.Write(timing.Lookback)} ago"),
                ("  longest window", timing.MaxWindow is { } longest ? Durations.Write(longest) : null),
                ("  page size", $"{timing.PageSize}"),
                ("  secrets", string.Join(", ", definition.Secrets.Select(secret => $"{secret.Key} = {secret.Value}"))));
        }

        foreach (var checkpoint in shape.Checkpoints)
        {
            printer.Line($"partition '{checkpoint.Partition}'");
            printer.Pairs(CheckpointLines.Of(checkpoint));
        }

        if (shape.Checkpoints.Count == 0)
        {
            printer.Line("never polled");
        }

        foreach (var problem in problems)
        {
            printer.Note($"source '{shape.Name}': {problem}");
        }

        return ExitCode.Done;
    }
}
