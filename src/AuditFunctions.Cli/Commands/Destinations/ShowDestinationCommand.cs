using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Destinations;
using AuditFunctions.Operations.Rows;

namespace AuditFunctions.Cli.Commands.Destinations;

/// <summary><c>auditfn destinations show NAME</c></summary>
internal sealed class ShowDestinationCommand : StorageCommand
{
    private readonly Argument<string> _name = Names.Argument("The destination.");

    /// <summary>The command.</summary>
    public ShowDestinationCommand(Surroundings here)
        : base(here, "show", "Shows a destination: its row, how bodies are framed, and which sources send to it.", "auditfn destinations show splunk") =>
        Arguments.Add(_name);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var row = (await installation.DestinationsAsync(cancellationToken)).Find("destination", parsed.GetRequiredValue(_name));
        var sources = DestinationUse.Of(row.Row.Name, await installation.SourcesAsync(cancellationToken));
        var shape = new DestinationDetailShape(row.Row.Name, VisibleColumns.Of(row.Row), row.Definition?.Format.Kind, sources, ProblemShape.Of(row.Problems));
        if (WantsJson(parsed))
        {
            printer.Json(shape, CliJson.Default.DestinationDetailShape);
            return ExitCode.Done;
        }

        printer.Line($"destination '{shape.Name}'");
        printer.Pairs(
        [
            .. shape.Columns.Select(column => ("  " + column.Key, (string?)column.Value)),
            ("  (framing)", shape.Format),
            ("  (sources)", sources.Count > 0 ? string.Join(", ", sources) : "none"),
        ]);
        foreach (var problem in row.Problems)
        {
            printer.Note($"destination '{shape.Name}': {problem}");
        }

        return ExitCode.Done;
    }
}
