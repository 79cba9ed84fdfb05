using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Operations;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Cli.Commands.Rows;

/// <summary><c>auditfn export</c></summary>
internal sealed class ExportCommand : StorageCommand
{
    private readonly Option<string?> _out = new("--out") { Description = "File to write; must not exist. Without it standard output.", HelpName = "file" };

    /// <summary>The command.</summary>
    public ExportCommand(Surroundings here)
        : base(
            here,
            "export",
            "Writes all sources and destinations as a row file that 'apply' takes. Secrets stay references; what may be a secret itself is left out and told.",
            "auditfn export --out rows.yaml",
            "auditfn export --json") =>
        Options.Add(_out);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var templates = installation.Get<TemplateCatalog>();
        var leftOut = new List<string>();
        var sources = await installation.SourcesAsync(cancellationToken);
        var destinations = await installation.DestinationsAsync(cancellationToken);
        TableRow[] ofSources = [.. sources.Values.Select(row => Safe("source", row.Row, VisibleColumns.Of(row.Row, templates), leftOut))];
        TableRow[] ofDestinations = [.. destinations.Values.Select(row => Safe("destination", row.Row, VisibleColumns.Of(row.Row), leftOut))];
        var text = WantsJson(parsed) ? RowsShape.Write(ofSources, ofDestinations) : RowFileText.Write(ofSources, ofDestinations);
        if (parsed.GetValue(_out) is { } file)
        {
            await OutFile.WriteAsync(Here.Folder, file, text, cancellationToken);
            printer.Note($"{Counted.Of(ofSources.Length, "source")} and {Counted.Of(ofDestinations.Length, "destination")} written to '{file}'.");
        }
        else
        {
            await printer.RawAsync(System.Text.Encoding.UTF8.GetBytes(text));
        }

        leftOut.ForEach(printer.Note);
        return leftOut.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    // A value that is not shown anywhere must not go into a file that people keep and send.
    private static TableRow Safe(string kind, TableRow row, IReadOnlyDictionary<string, string> visible, List<string> leftOut)
    {
        var columns = TableRow.NewColumns();
        foreach (var (column, value) in row.Columns)
        {
            if (column.Equals("name", StringComparison.OrdinalIgnoreCase))
            {
                leftOut.Add($"{kind} '{row.Name}': column '{column}' is left out; a row file says the name itself.");
            }
            else if (visible[column] == VisibleColumns.Hidden && !column.Equals(SourceColumns.Definition, StringComparison.OrdinalIgnoreCase))
            {
                leftOut.Add($"{kind} '{row.Name}': column '{column}' is left out; it is unknown, or holds a secret itself. Write a reference such as secret:name into the row.");
            }
            else
            {
                columns[column] = value;
            }
        }

        return row with { Columns = columns };
    }
}
