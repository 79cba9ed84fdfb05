using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Status;
using AuditFunctions.Sources;

namespace AuditFunctions.Cli.Commands;

/// <summary><c>auditfn status</c></summary>
internal sealed class StatusCommand : StorageCommand
{
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromSeconds(2);
    private readonly Option<bool> _watch = new("--watch") { Description = "Draw again every 2 seconds until Ctrl-C." };

    private readonly Option<bool> _verbose = new("--verbose") { Description = "Show the lookback tiers too: when each was last read, and how deep." };

    /// <summary>The command.</summary>
    public StatusCommand(Surroundings here)
        : base(here, "status", "Shows how every source and destination is doing, and what waits in the queues. Times are UTC.", "auditfn status", "auditfn status --watch", "auditfn status --json")
    {
        Options.Add(_watch);
        Options.Add(_verbose);
        Validators.Add(result =>
        {
            if (result.GetValue(_watch) && result.GetValue<bool>("--json"))
            {
                result.AddError("--watch draws for people: leave out --json, or call it again and again without --watch.");
            }
        });
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var reader = installation.Make<StatusReader>();
        var watch = parsed.GetValue(_watch);
        try
        {
            while (true)
            {
                var status = await reader.ReadAsync(cancellationToken);
                if (WantsJson(parsed))
                {
                    printer.Json(StatusShape.Of(status), CliJson.Default.StatusShape);
                    return ExitCode.Done;
                }

                if (watch)
                {
                    printer.Clear();
                }

                Print(printer, status);
                if (parsed.GetValue(_verbose))
                {
                    PrintTiers(printer, status);
                }

                if (!watch)
                {
                    return ExitCode.Done;
                }

                await Task.Delay(RedrawInterval, Here.Time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (watch && cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
    }

    private static void Print(Printer printer, InstallationStatus status)
    {
        string? Short(DateTimeOffset? at) => at is { } known ? Instants.Short(known, status.At) : null;
        if (status.Partitions.Count == 0)
        {
            printer.Note("There are no sources yet; add rows with 'auditfn apply FILE'.");
        }
        else
        {
            printer.Table(["source", "state", "last event", "delivery (of it ours)", "events", "next poll", "why"], status.Partitions.Select(report => new[]
            {
                report.Partition.Partition == PartitionId.Single ? report.Partition.Source : report.Partition.ToString(),
                report.State.Describe(status.At),
                Short(report.MarkAt),
                report.Delivery is { } times ? $"{(times.Delivery is { } whole ? Seconds(whole) : "?")} ({Seconds(times.Run)})" : null,
                $"{report.Events:N0}",
                Short(report.NextPollAt),
                report.Error,
            }));
        }

        if (status.Destinations.Count > 0)
        {
            printer.Table(["destination", "state", "waiting", "last delivery", "next try", "why"], status.Destinations.Select(report => new[]
            {
                report.Name,
                report.State.Describe(status.At),
                $"{report.State.Waiting:N0}",
                Short(report.LastDeliveryAt),
                Short(report.NextTryAt),
                report.State.Reason,
            }));
        }

        printer.Pairs(
            ("last tick", status.LastTickAt is { } tick ? $"{Instants.Short(tick, status.At)}, {Seconds(status.At - tick)} ago" : "none yet: nothing polls by itself"),
            ("queue fetch", Waiting(status.FetchQueue, status.At)),
            ("queue ship", Waiting(status.ShipQueue, status.At)),
            ("dead letters", $"{status.DeadLetters:N0}"),
            ("given up by the host", status.Poisoned > 0 ? $"{Counted.Of(status.Poisoned, "message")}; bring them back with 'auditfn queues restore'" : null));
    }

    private static void PrintTiers(Printer printer, InstallationStatus status)
    {
        string Short(DateTimeOffset at) => Instants.Short(at, status.At);
        var tiers = status.Partitions.SelectMany(report => report.Tiers.Select(tier => new[] { report.Partition.Source, report.Partition.Partition, tier.Name, tier.LastPass(Short), tier.DueAt > status.At ? Short(tier.DueAt) : "at the next poll" })).ToArray();
        if (tiers.Length > 0)
        {
            printer.Table(["source", "partition", "tier", "last pass", "next pass"], tiers);
        }
    }

    private static string Waiting(QueueReport queue, DateTimeOffset now) =>
        $"{Counted.Of(queue.Messages, "message")}{(queue.OldestAt is { } oldest ? $", the oldest waits {Seconds(now - oldest)}" : "")}";

    // Milliseconds tell nothing beyond a few seconds.
    private static string Seconds(TimeSpan duration) =>
        Durations.Write(duration < TimeSpan.FromSeconds(10) ? TimeSpan.FromMilliseconds(Math.Round(duration.TotalMilliseconds)) : TimeSpan.FromSeconds(Math.Round(duration.TotalSeconds)));
}
