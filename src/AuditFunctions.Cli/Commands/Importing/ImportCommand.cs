using System.CommandLine;
using System.Text;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Adding;
using AuditFunctions.Operations.Importing;

namespace AuditFunctions.Cli.Commands.Importing;

/// <summary>Makes a row file of another collector's configuration. Writes to no table.</summary>
internal abstract class ImportCommand : CliCommand
{
    private readonly Option<string?> _output = new("--output") { Description = "File to write; must not exist. Without it standard output.", HelpName = "file" };

    /// <summary>A command.</summary>
    protected ImportCommand(Surroundings here, string name, string description, params string[] examples)
        : base(here, name, description, examples) => Options.Add(_output);

    /// <summary>Reads the configuration.</summary>
    protected abstract Task<ImportedRows> ReadAsync(ParseResult parsed, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(parsed, cancellationToken);
        await using var services = Installation.Services(Here.SettingsWith(null), Here.Time);
        var text = rows.Text();
        if (parsed.GetValue(_output) is { } file && rows.Sources.Count > 0)
        {
            await OutFile.WriteAsync(Here.Folder, file, text, cancellationToken);
        }

        if (WantsJson(parsed))
        {
            printer.Json(
                new ImportShape(text, rows.Notes, [.. rows.Secrets.Select(secret => new ImportedSecretShape(secret.Name.ToString(), secret.From, SecretStorage.Command(services, secret.Name, null)))]),
                CliJson.Default.ImportShape);
        }
        else if (parsed.GetValue(_output) is null && rows.Sources.Count > 0)
        {
            await printer.RawAsync(Encoding.UTF8.GetBytes(text));
        }

        foreach (var note in rows.Notes)
        {
            printer.Note(note);
        }

        foreach (var (name, from) in rows.Secrets)
        {
            printer.Note($"{name}: its value is {from}. To store it: {SecretStorage.Command(services, name, null)}");
        }

        printer.Note($"{Counted.Of(rows.Sources.Count, "source")} and {Counted.Of(rows.Destinations.Count, "destination")}; look at the rows, then 'auditfn validate' and 'auditfn sources test' them.");
        return rows.Sources.Count > 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
