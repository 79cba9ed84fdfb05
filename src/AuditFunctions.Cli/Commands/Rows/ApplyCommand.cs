using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Rows;
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
            "Writes the sources, destinations and templates of row files: all when all are valid, else none. Rows that the files do not name stay as they are.",
            "auditfn apply rows.yaml",
            "auditfn apply sources.yaml destinations.yaml --json") =>
        Arguments.Add(_files);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        // What is wrong with the files themselves is said without asking storage, which may hold a template that they name.
        var files = await ReadAsync(parsed, cancellationToken);
        var shipped = new TemplateCatalog();
        var problems = files.NamesOtherThan(shipped) ? files.Problems : files.Check(shipped).Problems;
        return problems.Count > 0 ? AppliedLines.Refuse(printer, problems, WantsJson(parsed)) : await base.RunAsync(parsed, printer, cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken) =>
        AppliedLines.Print(printer, await new ApplyRows(installation).RunAsync(await ReadAsync(parsed, cancellationToken), cancellationToken), WantsJson(parsed));

    private Task<RowFiles> ReadAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        RowFiles.ReadAsync(parsed.GetRequiredValue(_files), Here.Folder, cancellationToken);
}
