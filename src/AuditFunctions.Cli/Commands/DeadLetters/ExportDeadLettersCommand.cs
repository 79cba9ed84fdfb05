using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Hosting;
using AuditFunctions.Operations;
using AuditFunctions.Operations.DeadLetters;
using AuditFunctions.Pipeline.Storage.DeadLetters;

namespace AuditFunctions.Cli.Commands.DeadLetters;

/// <summary><c>auditfn dead-letters export</c></summary>
internal sealed class ExportDeadLettersCommand : LetterCommand
{
    private readonly Option<string> _format = new("--format") { Description = "jsonl: a line of JSON per event, with the event's own bytes; csv: for spreadsheets.", DefaultValueFactory = _ => "jsonl" };
    private readonly Option<string?> _out = new("--out") { Description = "File to write; must not exist. Without it standard output.", HelpName = "file" };

    /// <summary>The command.</summary>
    public ExportDeadLettersCommand(Surroundings here)
        : base(
            here,
            "export",
            "Writes dead letters to a file or to standard output, a line per event with what its note says. They stay where they are.",
            "auditfn dead-letters export --out dead-letters.jsonl",
            "auditfn dead-letters export --source okta-prod --format csv --out okta.csv")
    {
        _format.AcceptOnlyFromAmong("jsonl", "csv");
        Options.Add(_format);
        Options.Add(_out);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(DeadLetterActions letters, DeadLetterFilter filter, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var format = parsed.GetRequiredValue(_format) == "csv" ? LetterFormat.Csv : LetterFormat.JsonLines;
        var file = parsed.GetValue(_out);
        if (file is null)
        {
            await letters.ExportAsync(filter, format, printer.RawAsync, cancellationToken);
            return ExitCode.Done;
        }

        await using var stream = Create(Path.Combine(Here.Folder, file), file);
        var lines = await letters.ExportAsync(filter, format, bytes => stream.WriteAsync(bytes, cancellationToken).AsTask(), cancellationToken);
        if (WantsJson(parsed))
        {
            printer.Json(new ExportedShape(file, lines), CliJson.Default.ExportedShape);
        }
        else
        {
            printer.Note($"{Counted.Of(lines, "line")} written to '{file}'.");
        }

        return ExitCode.Done;
    }

    private static FileStream Create(string path, string shown)
    {
        try
        {
            return new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(File.Exists(path)
                ? $"The file '{shown}' exists already; nothing was written. Give another name, or remove it first."
                : $"The file '{shown}' cannot be written: {exception.Message}");
        }
    }
}
