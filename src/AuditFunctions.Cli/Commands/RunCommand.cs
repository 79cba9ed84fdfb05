using System.CommandLine;
using System.Diagnostics.Metrics;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;
using AuditFunctions.Hosting;
using AuditFunctions.Operations;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.SelfHosting;
using AuditFunctions.SelfHosting.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Cli.Commands;

/// <summary><c>auditfn run</c></summary>
internal sealed class RunCommand : CliCommand
{
    private static readonly TimeSpan LeastMost = TimeSpan.FromSeconds(1);

    private readonly Option<string?> _storage = StorageCommand.StorageOption();
    private readonly Option<bool> _untilIdle = new("--until-idle")
    {
        Description = "Poll every enabled source at once and end when all are caught up and both queues are empty.",
    };

    private readonly Option<string> _atMost = new("--at-most")
    {
        Description = "With --until-idle: the longest that it may take.",
        HelpName = "duration",
        DefaultValueFactory = _ => Durations.Write(SelfHost.UsualMost),
    };

    private readonly Option<string?> _templates = TemplateFolderOption.Create();
    private readonly Option<LogLevel> _logLevel = new("--log-level")
    {
        Description = "The least level that is logged, to standard error.",
        DefaultValueFactory = _ => LogLevel.Information,
    };

    /// <summary>The command.</summary>
    public RunCommand(Surroundings here)
        : base(
            here,
            "run",
            "Runs the whole pipeline in this process: timer, fetching and shipping. Several may run on one storage account. Ctrl-C finishes the deliveries that are under way and stops.",
            "auditfn run",
            "auditfn run --until-idle --log-level warning",
            "auditfn run --until-idle --at-most 30m",
            "auditfn run --templates my-templates")
    {
        _atMost.Refuse(text => Durations.TryParse(text ?? "", out var most) && most >= LeastMost, $"--at-most must be {Durations.Allowed}, at least {Durations.Write(LeastMost)}.");
        Options.Add(_untilIdle);
        Options.Add(_atMost);
        Options.Add(_templates);
        Options.Add(_storage);
        Options.Add(_logLevel);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var settings = Here.SettingsWith(parsed.GetValue(_storage));
        var templates = await TemplateFolderOption.ReadAsync(parsed.GetValue(_templates), Here, printer, cancellationToken);
        using var export = OpenTelemetryExport.Start(settings);
        await using var host = SelfHost.Create(settings, logging =>
        {
            LogTo.StandardError(logging, parsed.GetValue(_logLevel));
            OpenTelemetryExport.AddLogs(logging, settings);
        }, templates);
        using var counts = new RunCounts(host.Services.GetRequiredService<IMeterFactory>());
        var storage = host.Services.GetRequiredService<StorageAccount>();
        var clock = host.Services.GetRequiredService<StorageClock>();
        if (parsed.GetValue(_untilIdle))
        {
            await StorageProbe.CheckAsync(storage, Here.Time, cancellationToken);
        }

        var startedAt = Here.Time.GetTimestamp();
        IReadOnlyList<string> undone = [];
        try
        {
            if (!parsed.GetValue(_untilIdle))
            {
                await StorageWait.ForAsync(EndOf(host.RunAsync(cancellationToken)), storage, clock, Here.Time, printer.Note);
                printer.Note("Stopped.");
                return ExitCode.Done;
            }

            undone = await StorageWait.ForAsync(host.RunUntilIdleAsync(Durations.TryParse(parsed.GetValue(_atMost)!, out var most) ? most : SelfHost.UsualMost, cancellationToken), storage, clock, Here.Time, printer.Note);
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && StorageFailure.IsStorage(exception))
        {
            // Stopped while it still waited for storage, or while that failed: a stop all the same, but one that leaves a run until idle undone.
            printer.Note("Stopped.");
            return parsed.GetValue(_untilIdle) ? ExitCode.Failed : ExitCode.Done;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && StorageFailure.IsStorage(exception))
        {
            throw new StorageException(storage.Host, exception);
        }

        var shape = new RunShape(counts.Fetched, counts.Delivered, counts.DeadLettered, Math.Round(Here.Time.GetElapsedTime(startedAt).TotalSeconds, 3), undone);
        Print(parsed, printer, shape);
        if (!cancellationToken.IsCancellationRequested && !await HasSourcesAsync(host, cancellationToken))
        {
            printer.Note("No source is polled: no row of one is enabled here. 'auditfn apply FILE' writes rows, and --storage says where.");
        }

        return undone.Count == 0 && shape.DeadLettered == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    // As they were known to the run.
    private static async Task<bool> HasSourcesAsync(SelfHost host, CancellationToken cancellationToken) =>
        (await host.Services.GetRequiredService<DefinitionCache>().SourcesAsync(TimeSpan.FromDays(1), cancellationToken)).Values.Any(row => row.Definition is null or { Enabled: true });

    private static async Task<bool> EndOf(Task run)
    {
        await run;
        return true;
    }

    private void Print(ParseResult parsed, Printer printer, RunShape shape)
    {
        if (WantsJson(parsed))
        {
            printer.Json(shape, CliJson.Default.RunShape);
            return;
        }

        foreach (var left in shape.Undone)
        {
            printer.Note(left);
        }

        if (shape.DeadLettered > 0)
        {
            printer.Note($"{Counted.Of(shape.DeadLettered, "event")} went to the dead letters; 'auditfn dead-letters list' says why.");
        }

        var dead = shape.DeadLettered > 0 ? $", {shape.DeadLettered:N0} dead-lettered" : "";
        printer.Line($"{(shape.Undone.Count == 0 ? "Caught up" : "Not caught up")}: {Counted.Of(shape.Fetched, "event")} fetched, {shape.Delivered:N0} delivered{dead}, {shape.Seconds:0.0} s.");
    }
}
