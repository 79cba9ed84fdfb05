using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Status;

namespace AuditFunctions.Cli.Commands;

/// <summary><c>auditfn status</c></summary>
internal sealed class StatusCommand : StorageCommand
{
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromSeconds(2);
    private readonly Option<bool> _watch = new("--watch") { Description = "Draw again every 2 seconds until Ctrl-C." };
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Show the lookback tiers too: when each was last read, and how deep." };
    private readonly Option<bool> _check = new("--check") { Description = "Exit with 1 when anything needs attention, and say what." };
    private readonly Option<string[]> _sources = new("--source") { Description = "Only this source. May be repeated.", HelpName = "name", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _states = new("--state")
    {
        Description = "Only what is in this state, in the words of --json: failing, silent, blocked. May be repeated.",
        HelpName = "state",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>The command.</summary>
    public StatusCommand(Surroundings here)
        : base(
            here,
            "status",
            "Shows how every source and destination is doing, and what waits in the queues. Times are UTC.",
            "auditfn status",
            "auditfn status --watch --state failing",
            "auditfn status --check",
            "auditfn status --json")
    {
        foreach (var option in (Option[])[_watch, _verbose, _check, _sources, _states])
        {
            Options.Add(option);
        }

        _states.AcceptKnown(() => StatusFilter.States, StringComparer.OrdinalIgnoreCase);
        Validators.Add(result =>
        {
            if (result.Given(_watch) && (result.Given(Json) || result.Given(_check)))
            {
                result.AddError("--watch draws for people: leave out --json and --check, or call it again and again without --watch.");
            }
        });
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var reader = installation.Make<StatusReader>();
        var filter = new StatusFilter(parsed.GetValue(_sources) ?? [], parsed.GetValue(_states) ?? []);
        if (parsed.GetValue(_watch))
        {
            return await WatchAsync(reader, filter, printer, cancellationToken);
        }

        var status = filter.Of(await reader.ReadAsync(cancellationToken));
        if (WantsJson(parsed))
        {
            printer.Json(StatusShape.Of(status), CliJson.Default.StatusShape);
        }
        else
        {
            foreach (var line in new StatusView(status, printer.Width).Lines())
            {
                printer.Line(line);
            }

            if (parsed.GetValue(_verbose))
            {
                PrintTiers(printer, status);
            }
        }

        if (!parsed.GetValue(_check) || status.Attention.Count == 0)
        {
            return ExitCode.Done;
        }

        foreach (var sentence in status.Attention)
        {
            printer.Note(sentence);
        }

        return ExitCode.Failed;
    }

    private async Task<int> WatchAsync(StatusReader reader, StatusFilter filter, Printer printer, CancellationToken cancellationToken)
    {
        using var screen = printer.Screen();
        try
        {
            while (true)
            {
                var status = filter.Of(await reader.ReadAsync(cancellationToken));
                screen.Draw(new StatusView(status, printer.Width, printer.Height).Lines());
                await Task.Delay(RedrawInterval, Here.Time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
    }

    private static void PrintTiers(Printer printer, InstallationStatus status)
    {
        string Short(DateTimeOffset at) => Instants.Short(at, status.At);
        var tiers = status.Partitions.SelectMany(report => report.Tiers.Select(tier => new[]
        {
            report.Partition.Source,
            report.Partition.Partition,
            tier.Name,
            tier.LastPass(Short),
            tier.DueAt > status.At ? Short(tier.DueAt) : "at the next poll",
        })).ToArray();
        if (tiers.Length > 0)
        {
            printer.Table(["source", "partition", "tier", "last pass", "next pass"], tiers);
        }
    }
}
