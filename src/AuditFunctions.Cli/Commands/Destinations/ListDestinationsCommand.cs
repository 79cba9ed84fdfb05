using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;
using AuditFunctions.Operations;
using AuditFunctions.Pipeline.Storage.Rows;

namespace AuditFunctions.Cli.Commands.Destinations;

/// <summary><c>auditfn destinations list</c></summary>
internal sealed class ListDestinationsCommand(Surroundings here)
    : StorageCommand(here, "list", "Lists the destinations, and what is wrong with their rows.", "auditfn destinations list", "auditfn destinations list --json")
{
    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var sources = await installation.SourcesAsync(cancellationToken);
        var rows = await installation.DestinationsAsync(cancellationToken);
        DestinationShape[] destinations = [.. rows.Values.Select(row => DestinationShape.Of(row, sources))];
        if (WantsJson(parsed))
        {
            printer.Json(new DestinationListShape(destinations), CliJson.Default.DestinationListShape);
            return ExitCode.Done;
        }

        foreach (var misplaced in await RowTable.OfDestinations(installation.Storage).MisplacedAsync(cancellationToken))
        {
            printer.Note(misplaced.Sentence);
        }

        if (destinations.Length == 0)
        {
            printer.Note("There are no destinations yet; add rows with 'auditfn apply FILE'.");
            return ExitCode.Done;
        }

        printer.Table(["destination", "type", "url", "sources", "row"], destinations.Select(destination => new[]
        {
            destination.Name,
            destination.Type,
            destination.Url,
            string.Join(", ", destination.Sources),
            destination.Problems.Count == 0 ? "ok" : Counted.Of(destination.Problems.Count, "problem"),
        }));
        foreach (var destination in destinations)
        {
            foreach (var problem in destination.Problems)
            {
                printer.Note($"destination '{destination.Name}': {new Problem(problem.Where, problem.What)}");
            }
        }

        return ExitCode.Done;
    }
}
