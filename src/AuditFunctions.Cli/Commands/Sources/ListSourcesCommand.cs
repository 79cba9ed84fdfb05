using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;
using AuditFunctions.Operations;
using AuditFunctions.Pipeline.Storage.Rows;

namespace AuditFunctions.Cli.Commands.Sources;

/// <summary><c>auditfn sources list</c></summary>
internal sealed class ListSourcesCommand(Surroundings here)
    : StorageCommand(here, "list", "Lists the sources, and what is wrong with their rows.", "auditfn sources list", "auditfn sources list --json")
{
    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var destinations = await installation.DestinationsAsync(cancellationToken);
        var rows = await installation.SourcesAsync(cancellationToken);
        SourceShape[] sources = [.. rows.Values.Select(row => SourceShape.Of(row, SourceProblems.Of(row, destinations)))];
        if (WantsJson(parsed))
        {
            printer.Json(new SourceListShape(sources), CliJson.Default.SourceListShape);
            return ExitCode.Done;
        }

        foreach (var misplaced in await RowTable.OfSources(installation.Storage).MisplacedAsync(cancellationToken))
        {
            printer.Note(misplaced.Sentence);
        }

        if (sources.Length == 0)
        {
            printer.Note("There are no sources yet; add rows with 'auditfn apply FILE'.");
            return ExitCode.Done;
        }

        printer.Table(["source", "template", "destinations", "enabled", "interval", "row"], sources.Select(source => new[]
        {
            source.Name,
            source.Template ?? "(own definition)",
            string.Join(", ", source.Destinations),
            source.Enabled ? "yes" : "no",
            source.IntervalSeconds is { } seconds ? Durations.Write(TimeSpan.FromSeconds(seconds)) : "",
            source.Problems.Count == 0 ? "ok" : Counted.Of(source.Problems.Count, "problem"),
        }));
        foreach (var source in sources)
        {
            foreach (var problem in source.Problems)
            {
                printer.Note($"source '{source.Name}': {new Problem(problem.Where, problem.What)}");
            }
        }

        return ExitCode.Done;
    }
}
