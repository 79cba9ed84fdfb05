using System.CommandLine;
using AuditFunctions.Cli.Demo;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Hosting;
using AuditFunctions.Operations;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Cli.Commands;

/// <summary><c>auditfn demo</c></summary>
internal sealed class DemoCommand : CliCommand
{
    private readonly Option<int> _events = new("--events") { Description = "Events that each stand-in vendor has.", DefaultValueFactory = _ => 10_000 };
    private readonly Option<bool> _keep = new("--keep")
    {
        Description = "Afterwards leave storage, vendors, SIEM and pipeline running until Ctrl-C, and print what to try.",
    };

    private readonly Option<int> _sources = new("--sources") { Description = "How many sources: Okta, GitHub and a generic API in turn.", DefaultValueFactory = _ => 3 };

    /// <summary>The command.</summary>
    public DemoCommand(Surroundings here)
        : base(
            here,
            "demo",
            "Shows the pipeline at work without any account: stand-in vendors, an embedded Azurite and a stand-in SIEM on this machine. It ends with the proof: events offered, delivered, lost, duplicated.",
            "auditfn demo",
            "auditfn demo --events 50000 --sources 5",
            "auditfn demo --keep")
    {
        Options.Add(_events);
        Options.Add(_sources);
        Options.Add(_keep);
        AddLimits(_events, 1, 5_000_000);
        AddLimits(_sources, 1, 50);
        Validators.Add(result =>
        {
            if (result.Given(_keep) && result.Given(Json))
            {
                result.AddError("--keep prints for people: leave out --json.");
            }
        });
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        printer.Note("Starting Azurite (installed on first use), the vendors and the SIEM ...");
        DemoStage stage;
        try
        {
            stage = await DemoStage.StartAsync(parsed.GetValue(_events), parsed.GetValue(_sources), Here.Time.GetUtcNow(), cancellationToken);
        }
        catch (AzuriteException exception)
        {
            throw new OperationException(exception.Message);
        }

        await using (stage)
        {
            using var live = WantsJson(parsed) ? null : printer.Live("source", "offered", "fetched", "shipped", "lag", "state");
            var result = await DemoRun.RunAsync(stage, Here.Time, LogTo.Nowhere, lines => live?.Draw(lines.OrderBy(line => line.Lag == 0).Select(Cells)), cancellationToken);
            live?.End();
            Print(parsed, printer, result);
            if (result.IsGood && parsed.GetValue(_keep))
            {
                await KeptDemo.RunAsync(stage, Here, printer, cancellationToken);
                printer.Note("Stopped.");
            }

            return result.IsGood ? ExitCode.Done : ExitCode.Failed;
        }
    }

    private static string[] Cells(DemoLine line) =>
        [line.Source, $"{line.Offered:N0}", $"{line.Fetched:N0}", $"{line.Shipped:N0}", $"{line.Lag:N0}", line.State];

    private static void AddLimits(Option<int> option, int min, int max) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && (value < min || value > max))
        {
            result.AddError($"{option.Name} is {value}; allowed: {min:N0} to {max:N0}.");
        }
    });

    private void Print(ParseResult parsed, Printer printer, DemoResult result)
    {
        if (WantsJson(parsed))
        {
            printer.Json(new DemoShape(result.Offered, result.Delivered, result.Lost, result.Duplicated, Math.Round(result.Seconds, 3), result.Undone), CliJson.Default.DemoShape);
            return;
        }

        foreach (var left in result.Undone)
        {
            printer.Note(left);
        }

        printer.Line($"{Counted.Of(result.Offered, "event")} offered, {result.Delivered:N0} delivered, {result.Lost:N0} lost, {result.Duplicated:N0} duplicated, {result.Seconds:0.0} seconds.");
    }
}
