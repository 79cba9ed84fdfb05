using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Doctor;
using AuditFunctions.Operations.Doctor.Findings;

namespace AuditFunctions.Cli.Commands;

/// <summary><c>auditfn doctor</c></summary>
internal sealed class DoctorCommand : CliCommand
{
    private readonly Option<string[]> _sources = new("--source") { Description = "Examine this source only. May be repeated.", HelpName = "name" };
    private readonly Option<string[]> _destinations = new("--destination") { Description = "Examine this destination only. May be repeated.", HelpName = "name" };
    private readonly Option<bool> _send = new("--send-test-event") { Description = "Send each destination one marked event. Without it nothing is sent." };
    private readonly Option<int> _timeout = new("--timeout") { Description = "How many seconds a look at one thing may take.", DefaultValueFactory = _ => 30, HelpName = "seconds" };
    private readonly Option<string?> _storage = StorageCommand.StorageOption();

    /// <summary>The command.</summary>
    public DoctorCommand(Surroundings here)
        : base(
            here,
            "doctor",
            "Examines an installation: storage, secrets, the next page of every source, the health of every destination, clock and state. Says what is wrong and what mends it. Changes nothing.",
            "auditfn doctor",
            "auditfn doctor --source okta-prod --timeout 60",
            "auditfn doctor --destination splunk --send-test-event --json")
    {
        _timeout.Refuse(seconds => seconds is >= 1 and <= 600, "--timeout must be a number of seconds from 1 to 600.");
        Options.Add(_sources);
        Options.Add(_destinations);
        Options.Add(_send);
        Options.Add(_timeout);
        Options.Add(_storage);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var doctor = new InstallationDoctor(Here.SettingsWith(parsed.GetValue(_storage)), Here.Time);
        var wanted = new Wanted(parsed.GetValue(_sources) ?? [], parsed.GetValue(_destinations) ?? [], parsed.GetValue(_send));
        var isJson = WantsJson(parsed);
        var found = new List<FindingShape>();
        await foreach (var diagnosis in doctor.ExamineAsync(wanted, TimeSpan.FromSeconds(parsed.GetValue(_timeout)), cancellationToken))
        {
            found.Add(FindingShape.Of(diagnosis));
            if (!isJson)
            {
                Print(printer, diagnosis.Finding);
            }
        }

        var problems = found.Count(finding => finding.Level == "problem");
        if (isJson)
        {
            printer.Json(new DoctorShape(Here.Time.GetUtcNow(), problems == 0, problems, found), CliJson.Default.DoctorShape);
        }
        else
        {
            printer.Line(problems == 0 ? "All is well." : $"{Counted.Of(problems, "problem")}.");
        }

        return problems == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Print(Printer printer, Finding finding)
    {
        printer.Line($"{finding.Level switch { FindingLevel.Ok => "ok", FindingLevel.Note => "note", _ => "PROBLEM" },-9}{finding.Where}: {finding.What}");
        if (finding.Mend is { } mend)
        {
            printer.Line($"{"",-9}{mend}");
        }

        if (finding.Command is { } command)
        {
            printer.Line($"{"",-9}$ {command}");
        }
    }
}
