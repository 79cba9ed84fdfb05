using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Pipeline.Shipping;
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
    protected override async Task<int> RunAsync(Installation installation, IAsyncEnumerable<DeadLetter> letters, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        ILetterExport export = parsed.GetRequiredValue(_format) == "csv" ? new CsvExport() : new JsonLinesExport();
        var file = parsed.GetValue(_out);
        if (file is null)
        {
            await WriteAsync(installation, letters, export, printer.RawAsync, cancellationToken);
            return ExitCode.Done;
        }

        await using var stream = Create(Path.Combine(Here.Folder, file), file);
        var lines = await WriteAsync(installation, letters, export, bytes => stream.WriteAsync(bytes, cancellationToken).AsTask(), cancellationToken);
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

    // Returns how many lines stand for something, beside headings.
    private static async Task<int> WriteAsync(
        Installation installation, IAsyncEnumerable<DeadLetter> letters, ILetterExport export, Func<ReadOnlyMemory<byte>, Task> write, CancellationToken cancellationToken)
    {
        var store = installation.Get<DeadLetterStore>();
        var lines = 0;
        await write(export.Heading);
        await foreach (var letter in letters)
        {
            var body = await store.ReadBodyAsync(letter.Name, cancellationToken);
            if (DeadLetterEvents.Read(letter.Note, body) is not { } events)
            {
                await write(export.Line(letter, body));
                lines++;
                continue;
            }

            foreach (var one in events)
            {
                await write(export.Line(letter, one));
                lines++;
            }
        }

        return lines;
    }

    private static FileStream Create(string path, string shown)
    {
        try
        {
            return new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(File.Exists(path)
                ? $"The file '{shown}' exists already; nothing was written. Give another name, or remove it first."
                : $"The file '{shown}' cannot be written: {exception.Message}");
        }
    }
}
