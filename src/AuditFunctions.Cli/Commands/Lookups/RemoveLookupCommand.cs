using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Lookups;

namespace AuditFunctions.Cli.Commands.Lookups;

/// <summary><c>auditfn lookups remove NAME</c></summary>
internal sealed class RemoveLookupCommand : StorageCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The lookup file." };

    /// <summary>The command.</summary>
    public RemoveLookupCommand(Surroundings here)
        : base(here, "remove", "Removes a lookup file that no source needs.", "auditfn lookups remove staff.csv") => Arguments.Add(_name);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var name = parsed.GetRequiredValue(_name);
        await new InstalledLookups(installation).RemoveAsync(name, cancellationToken);
        RemovedLine.Print(printer, "lookup file", name, WantsJson(parsed));
        return ExitCode.Done;
    }
}
