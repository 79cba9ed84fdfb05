using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Rows;
using AuditFunctions.Sources.Reading;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Cli.Commands.Rows;

/// <summary><c>auditfn apply FILE…</c></summary>
internal sealed class ApplyCommand : StorageCommand
{
    private readonly Argument<string[]> _files = RowFileArgument.Create();

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
        var alone = (await ReadAsync(parsed, cancellationToken)).Check(new DefinitionReader(new TemplateCatalog()));
        return alone.Problems.Count > 0 ? Refuse(parsed, printer, alone.Problems) : await base.RunAsync(parsed, printer, cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var applied = await new ApplyRows(installation).RunAsync(await ReadAsync(parsed, cancellationToken), cancellationToken);
        if (applied.Problems.Count > 0)
        {
            return Refuse(parsed, printer, applied.Problems);
        }

        foreach (var note in applied.Notes)
        {
            printer.Note(note);
        }

        AppliedRowShape[] shapes = [.. applied.Rows.Select(AppliedRowShape.Of)];
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

    private Task<RowFiles> ReadAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        RowFiles.ReadAsync(parsed.GetRequiredValue(_files), Here.Folder, cancellationToken);

    private int Refuse(ParseResult parsed, Printer printer, IReadOnlyList<RowProblem> problems)
    {
        if (WantsJson(parsed))
        {
            printer.Json(new AppliedShape(false, [], [.. problems.Select(RowProblemShape.Of)], []), CliJson.Default.AppliedShape);
        }
        else
        {
            printer.Print(problems);
            printer.Note("Nothing was written.");
        }

        return ExitCode.Failed;
    }
}
