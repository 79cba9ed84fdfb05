using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Lookups;

namespace AuditFunctions.Cli.Commands.Lookups;

/// <summary><c>auditfn lookups add FILE</c></summary>
internal sealed class AddLookupCommand : StorageCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "A table (.csv, .tsv, .jsonl) or a MaxMind database (.mmdb)." };
    private readonly Option<string?> _name = new("--name") { Description = "Under which name; the file's own by default." };

    /// <summary>The command.</summary>
    public AddLookupCommand(Surroundings here)
        : base(here, "add", "Adds a file that processors look values up in, or replaces it. Running hosts use it within a minute.", "auditfn lookups add staff.csv")
    {
        Arguments.Add(_file);
        Options.Add(_name);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(parsed.GetRequiredValue(_file), Here.Folder);
        var added = await new InstalledLookups(installation).AddAsync(path, parsed.GetValue(_name), cancellationToken);
        if (WantsJson(parsed))
        {
            printer.Json(LookupShape.Of(added), CliJson.Default.LookupShape);
        }
        else
        {
            printer.Line($"lookup file '{added.Name}': {added.Bytes:N0} bytes added");
        }

        return ExitCode.Done;
    }
}
