using System.CommandLine;
using System.Globalization;
using System.Text;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Operations.DeadLetters;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.DeadLetters;

namespace AuditFunctions.Cli.Commands.DeadLetters;

/// <summary><c>auditfn dead-letters show ID</c></summary>
internal sealed class ShowDeadLetterCommand : StorageCommand
{
    private const int LongestText = 4096;
    private readonly Argument<string> _id = new("ID") { Description = "The dead letter: its id as 'list' shows it, or its whole name." };

    /// <summary>The command.</summary>
    public ShowDeadLetterCommand(Surroundings here)
        : base(here, "show", "Shows a dead letter: its note, the destination's answer and the events.", "auditfn dead-letters show 0123456789abcdef0123456789abcdef-00017") =>
        Arguments.Add(_id);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var opened = await new DeadLetterActions(installation).OpenAsync(parsed.GetRequiredValue(_id), cancellationToken);
        if (WantsJson(parsed))
        {
            printer.Json(DeadLetterDetailShape.Of(opened.Letter, opened.Events, opened.Body), CliJson.Default.DeadLetterDetailShape);
            return ExitCode.Done;
        }

        Print(printer, opened.Letter, opened.Events, opened.Body);
        return ExitCode.Done;
    }

    private static void Print(Printer printer, DeadLetter letter, IReadOnlyList<DeadLetterEvent>? events, byte[] body)
    {
        var note = letter.Note;
        printer.Line($"dead letter '{letter.Name}'");
        printer.Pairs(
            ("  source", note.Source),
            ("  partition", note.Partition),
            ("  destination", note.Destination),
            ("  batch id", note.BatchId),
            ("  event id", note.EventId),
            ("  format", note.Format),
            ("  events", note.Events?.ToString(CultureInfo.InvariantCulture)),
            ("  reason", Lines.One(note.Reason, LongestText)),
            ("  HTTP status", note.StatusCode?.ToString(CultureInfo.InvariantCulture)),
            ("  answer", note.Answer is null ? null : Lines.One(note.Answer, LongestText)),
            ("  fetched", Instant(note.FetchedAt)),
            ("  first attempt", Instant(note.FirstAttemptAt)),
            ("  last attempt", Instant(note.LastAttemptAt)),
            ("  given up", Instant(note.GivenUpAt)),
            ("  retries", note.Retries > 0 ? note.Retries.ToString(CultureInfo.InvariantCulture) : null),
            ("  on its way since", Instant(note.RetriedAt)));
        if (events is null)
        {
            printer.Line();
            printer.Line(body.Length > 0 ? Text(body) : "(nothing was kept)");
            return;
        }

        foreach (var one in events)
        {
            printer.Line();
            printer.Line(Text(one.Bytes.Span));
        }
    }

    // A carriage return alone would write over what stands in the line.
    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes).ReplaceLineEndings("\n");

    private static string? Instant(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
