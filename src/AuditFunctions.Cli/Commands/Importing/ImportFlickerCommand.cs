using System.CommandLine;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations.Importing;

namespace AuditFunctions.Cli.Commands.Importing;

/// <summary><c>auditfn sources import flicker FILE</c></summary>
internal sealed class ImportFlickerCommand : ImportCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "Flicker's configuration, YAML." };

    /// <summary>The command.</summary>
    public ImportFlickerCommand(Surroundings here)
        : base(here, "flicker", "Makes a row file of the api_sources of a flicker configuration. No secret's value is copied.", "auditfn sources import flicker flicker.yaml --output rows.yaml") =>
        Arguments.Add(_file);

    /// <inheritdoc/>
    protected override Task<ImportedRows> ReadAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        FlickerImport.RunAsync(Here.Folder, parsed.GetRequiredValue(_file), cancellationToken);
}
