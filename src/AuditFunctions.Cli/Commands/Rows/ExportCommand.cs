using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Rows;

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
            "Writes all sources, destinations and own templates as a row file that 'apply' takes. Secrets stay references; what may be a secret itself is left out and told.",
            "auditfn export --out rows.yaml",
            "auditfn export --json") =>
        Options.Add(_out);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var rows = await new ExportRows(installation).RunAsync(cancellationToken);
        var text = WantsJson(parsed) ? RowsShape.Write(rows) : RowFileText.Write(rows.Sources, rows.Destinations, rows.Templates);
        if (parsed.GetValue(_out) is { } file)
        {
            await OutFile.WriteAsync(Here.Folder, file, text, cancellationToken);
            printer.Note($"{Counted.Of(rows.Sources.Count, "source")} and {Counted.Of(rows.Destinations.Count, "destination")} written to '{file}'.");
        }
        else
        {
            await printer.RawAsync(System.Text.Encoding.UTF8.GetBytes(text));
        }

        foreach (var sentence in rows.LeftOut)
        {
            printer.Note(sentence);
        }

        return rows.LeftOut.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
