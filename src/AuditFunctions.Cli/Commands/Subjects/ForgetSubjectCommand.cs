using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Hosting;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Subjects;

namespace AuditFunctions.Cli.Commands.Subjects;

/// <summary><c>auditfn subjects forget SUBJECT</c></summary>
internal sealed class ForgetSubjectCommand : StorageCommand
{
    private readonly Argument<string> _subject = SubjectOptions.Subject();
    private readonly Option<string?> _key = SubjectOptions.Key();
    private readonly Option<bool> _yes = new("--yes") { Description = "Do it: it cannot be undone." };

    /// <summary>The command.</summary>
    public ForgetSubjectCommand(Surroundings here)
        : base(
            here,
            "forget",
            "Destroys a subject's data keys for good: nobody can decrypt his values any more, wherever they are. Fields of later events are left out.",
            "auditfn subjects forget anna@acme.example --yes",
            "auditfn subjects forget anna@acme.example --key subjects-2025 --yes")
    {
        Arguments.Add(_subject);
        Options.Add(_key);
        Options.Add(_yes);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        if (!parsed.GetValue(_yes))
        {
            throw new OperationException("The subject's values can never be decrypted again, in no copy; add --yes to forget him.");
        }

        var destroyed = await new InstalledSubjects(installation).ForgetAsync(parsed.GetRequiredValue(_subject), parsed.GetValue(_key), cancellationToken);
        if (WantsJson(parsed))
        {
            printer.Json(new ForgottenShape(destroyed), CliJson.Default.ForgottenShape);
        }
        else
        {
            printer.Line(destroyed == 0
                ? "the subject had no data key, and gets none from now on; check how events spell the name"
                : $"{Counted.Of(destroyed, "data key")} destroyed; running hosts notice within five minutes");
        }

        return ExitCode.Done;
    }
}
