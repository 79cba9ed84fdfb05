using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Cli.Commands.Rows;

/// <summary><c>auditfn apply FILE…</c></summary>
internal sealed class ApplyCommand : StorageCommand
{
    private readonly Argument<string[]> _files = RowFiles.Argument();

    /// <summary>The command.</summary>
    public ApplyCommand(Surroundings here)
        : base(
            here,
            "apply",
            "Writes the sources and destinations of row files: all when all are valid, else none. Rows that the files do not name stay as they are.",
            "auditfn apply rows.yaml",
            "auditfn apply sources.yaml destinations.yaml --json") =>
        Arguments.Add(_files);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        // What is wrong with the files themselves is said without asking storage.
        var problems = new List<RowProblem>();
        var rows = await RowFiles.ReadAsync(parsed.GetRequiredValue(_files), Here.Folder, problems, cancellationToken);
        var reader = new DefinitionReader(new TemplateCatalog());
        var alone = DesiredRows.Check(rows, reader, problems, existing: null);
        return alone.Problems.Count > 0 ? Refuse(parsed, printer, alone) : await base.RunAsync(parsed, printer, cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var problems = new List<RowProblem>();
        var rows = await RowFiles.ReadAsync(parsed.GetRequiredValue(_files), Here.Folder, problems, cancellationToken);
        await installation.Storage.CreateMissingAsync(cancellationToken);
        var sources = await ByNameAsync(installation.Sources, cancellationToken);
        var destinations = await ByNameAsync(installation.Destinations, cancellationToken);
        var desired = DesiredRows.Check(rows, installation.Get<DefinitionReader>(), problems, destinations.Keys.ToHashSet(StringComparer.Ordinal));
        if (desired.Problems.Count > 0)
        {
            return Refuse(parsed, printer, desired);
        }

        // Destinations first: a source must never stand there without its own.
        RowChange[] ofDestinations = [.. desired.Destinations.Select(item => RowChange.Between(destinations.GetValueOrDefault(item.Row.Row.Name), item.Row.Row))];
        RowChange[] ofSources = [.. desired.Sources.Select(item => RowChange.Between(sources.GetValueOrDefault(item.Row.Row.Name), item.Row.Row))];
        await installation.Destinations.WriteAsync([.. ofDestinations.Where(change => change.IsNeeded).Select(change => change.Row)], cancellationToken);
        await installation.Sources.WriteAsync([.. ofSources.Where(change => change.IsNeeded).Select(change => change.Row)], cancellationToken);
        AppliedRowShape[] shapes =
        [
            .. ofDestinations.Select(change => ShapeOf(RowKind.Destination, change)),
            .. ofSources.Select(change => ShapeOf(RowKind.Source, change)),
        ];
        if (WantsJson(parsed))
        {
            printer.Json(new AppliedShape(true, shapes, [], []), CliJson.Default.AppliedShape);
            return ExitCode.Done;
        }

        foreach (var shape in shapes)
        {
            printer.Line($"{shape.Kind} '{shape.Name}': {shape.Change}{(shape.Change == "changed" ? $" ({string.Join(", ", shape.Columns)})" : "")}");
        }

        return ExitCode.Done;
    }

    private static async Task<Dictionary<string, TableRow>> ByNameAsync(RowTable table, CancellationToken cancellationToken) =>
        (await table.ListAsync(cancellationToken)).ToDictionary(row => row.Name, StringComparer.Ordinal);

    private static AppliedRowShape ShapeOf(RowKind kind, RowChange change) =>
        new(kind.Word(), change.Row.Name, change.IsNew ? "added" : change.IsNeeded ? "changed" : "unchanged", change.Columns);

    private int Refuse(ParseResult parsed, Printer printer, DesiredRows desired)
    {
        if (WantsJson(parsed))
        {
            printer.Json(new AppliedShape(false, [], [.. desired.Problems.Select(RowProblemShape.Of)], []), CliJson.Default.AppliedShape);
        }
        else
        {
            printer.Print(desired.Problems);
            printer.Note("Nothing was written.");
        }

        return ExitCode.Failed;
    }
}
