using System.CommandLine;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations.Importing;

namespace AuditFunctions.Cli.Commands.Importing;

/// <summary><c>auditfn sources import grove FILE…</c></summary>
internal sealed class ImportGroveCommand : ImportCommand
{
    private readonly Argument<string[]> _files = new("FILE") { Description = "Grove's connector files, JSON, a connector each.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _destination = new("--destination") { Description = "Where the sources send to.", HelpName = "name", DefaultValueFactory = _ => "siem" };

    /// <summary>The command.</summary>
    public ImportGroveCommand(Surroundings here)
        : base(here, "grove", "Makes a row file of HashiCorp Grove's connector files. No secret's value is copied.", "auditfn sources import grove connectors/*.json --output rows.yaml")
    {
        Arguments.Add(_files);
        Options.Add(_destination);
    }

    /// <inheritdoc/>
    protected override Task<ImportedRows> ReadAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        GroveImport.RunAsync(Here.Folder, parsed.GetRequiredValue(_files), parsed.GetRequiredValue(_destination), cancellationToken);
}
