using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Lookups;

namespace AuditFunctions.Cli.Commands.Lookups;

/// <summary><c>auditfn lookups list</c></summary>
internal sealed class ListLookupsCommand(Surroundings here)
    : StorageCommand(here, "list", "Lists lookup files, and those that are missing although a source needs them. Times are UTC.", "auditfn lookups list")
{
    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var files = await new InstalledLookups(installation).ListAsync(cancellationToken);
        if (WantsJson(parsed))
        {
            printer.Json(new LookupListShape([.. files.Select(LookupShape.Of)]), CliJson.Default.LookupListShape);
        }
        else if (files.Count == 0)
        {
            printer.Note("There are no lookup files; 'auditfn lookups add FILE' adds one.");
        }
        else
        {
            var now = Here.Time.GetUtcNow();
            printer.Table(["file", "bytes", "changed", "written by", "sources"], files.Select(file => new[]
            {
                file.Name,
                file.Bytes is { } bytes ? $"{bytes:N0}" : "missing",
                file.ChangedAt is { } at ? Instants.Short(at, now) : "",
                file.Listing is { } listing ? $"listing of {listing}{(file.IsLeft ? " (not any more: remove it)" : "")}" : "",
                string.Join(", ", file.Sources),
            }));
        }

        return ExitCode.Done;
    }
}
