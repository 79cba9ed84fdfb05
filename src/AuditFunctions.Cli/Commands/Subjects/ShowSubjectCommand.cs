using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Subjects;

namespace AuditFunctions.Cli.Commands.Subjects;

/// <summary><c>auditfn subjects show SUBJECT</c></summary>
internal sealed class ShowSubjectCommand : StorageCommand
{
    private readonly Argument<string> _subject = SubjectOptions.Subject();
    private readonly Option<string?> _key = SubjectOptions.Key();

    /// <summary>The command.</summary>
    public ShowSubjectCommand(Surroundings here)
        : base(here, "show", "Shows a subject's data keys: the tag that stands in his encrypted values, and whether he was forgotten. Times are UTC.", "auditfn subjects show anna@acme.example")
    {
        Arguments.Add(_subject);
        Options.Add(_key);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var rows = await new InstalledSubjects(installation).ShowAsync(parsed.GetRequiredValue(_subject), parsed.GetValue(_key), cancellationToken);
        if (WantsJson(parsed))
        {
            printer.Json(new SubjectListShape([.. rows.Select(SubjectShape.Of)]), CliJson.Default.SubjectListShape);
        }
        else if (rows.Count == 0)
        {
            printer.Note("The subject has no data key and was not forgotten; check how events spell the name.");
        }
        else
        {
            var now = Here.Time.GetUtcNow();
            printer.Table(["key", "case", "tag", "made", "forgotten"], rows.Select(row => new[]
            {
                row.Key.Value,
                row.IgnoresCase ? "any" : "as spelt",
                row.Tag ?? "",
                row.MadeAt is { } made ? Instants.Short(made, now) : "",
                row.ForgottenAt is { } at ? Instants.Short(at, now) : "",
            }));
        }

        return ExitCode.Done;
    }
}
