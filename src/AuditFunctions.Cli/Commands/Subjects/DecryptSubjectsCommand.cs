using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Hosting;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Subjects;

namespace AuditFunctions.Cli.Commands.Subjects;

/// <summary><c>auditfn subjects decrypt FILE</c></summary>
internal sealed class DecryptSubjectsCommand : StorageCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "Events, one JSON value a line." };
    private readonly Option<string?> _key = SubjectOptions.Key();

    /// <summary>The command.</summary>
    public DecryptSubjectsCommand(Surroundings here)
        : base(here, "decrypt", "Writes a file's events with the values restored that were encrypted by subject. Needs the secret and the table.", "auditfn subjects decrypt export.jsonl")
    {
        Arguments.Add(_file);
        Options.Add(_key);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(parsed.GetRequiredValue(_file), Here.Folder);
        if (!File.Exists(path))
        {
            throw new OperationException($"{path} does not exist.");
        }

        using var file = new StreamReader(path);
        var done = await new SubjectDecryption(installation).RunAsync(file, Here.Output, parsed.GetValue(_key), cancellationToken);
        printer.Note($"{Counted.Of(done.Restored, "value")} restored; {done.Left} stay encrypted: their subjects were forgotten, or no key here reads them");
        return ExitCode.Done;
    }
}
