using AuditFunctions.Cli.Output;
using AuditFunctions.Configuration;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Processors;
using AuditFunctions.Operations.Sources;
using AuditFunctions.Pipeline.Fetching;

namespace AuditFunctions.Cli.Commands.Sources;

/// <summary>What a dry run found, in words and as JSON.</summary>
internal static class DryRunReport
{
    // Partitions that are named.
    private const int Shown = 10;

    /// <summary>As JSON.</summary>
    public static SourceTestShape ShapeOf(TestedSource tested, PreviewedEvents? processed) => ShapeOf(tested, tested.Result, processed);

    private static SourceTestShape ShapeOf(TestedSource tested, DryRunResult result, PreviewedEvents? processed) => new()
    {
        Name = tested.Source.Name,
        Partition = tested.Source.Partitions is null ? null : tested.Partition.Partition,
        Partitions = tested.Source.Partitions is null ? null : tested.Partitions,
        Ok = result.Problem is null,
        Problem = result.Problem,
        WindowFrom = result.Window?.FromAt,
        WindowTo = result.Window?.ToAt,
        Events = result.Events,
        NewEvents = result.New,
        EventsWithTime = result.WithTime,
        IsLastPage = result.IsLast,
        Pages = [.. result.Inspections.Select(SourceTestPageShape.Of)],
        FirstEvents = [.. result.First.Select(shown => new SourceTestEventShape(shown.Id, shown.Time, shown.Json))],
        Tiers = TierShape.Of(result.Tiers),
        Processors = processed is null ? null : PreviewShape.Of(processed),
        Checkpoint = CheckpointShape.Of(tested.Partition, result.After),
    };

    /// <summary>In words.</summary>
    public static void Print(Printer printer, TestedSource tested, bool trace)
    {
        var (source, result) = (tested.Source, tested.Result);
        printer.Line($"source '{source.Name}': {source.Request.Method} {source.Request.Url}");
        if (source.Partitions is not null)
        {
            PrintPartitions(printer, tested);
        }

        if (result is { Window: null, Problem: { } refused })
        {
            printer.Note(refused);
            return;
        }

        if (result.Window is not { } window)
        {
            printer.Line("Nothing is to be read yet: the next window is still empty.");
            PrintTiers(printer, result.Tiers);
            return;
        }

        PrintTiers(printer, result.Tiers);
        printer.Line(source.Snapshot is not null ? $"a listing at {Instants.Iso(window.OpenedAt)}, as if it were the first" : $"window {Instants.Iso(window.FromAt)} to {Instants.Iso(window.ToAt)}{(result.IsResumed ? ", going on at the cursor" : "")}");
        ExchangeReport.Print(printer, result, trace);
        if (result.Problem is { } problem)
        {
            printer.Note(problem);
        }

        if (result.Problem is not null && result.Events == 0)
        {
            return;
        }

        var last = source.Snapshot is not null ? "the listing" : "the window";
        printer.Line($"{Counted.Of(result.Events, source.Snapshot is null ? "event" : "object")} on {(result.Inspections.Count(page => page.Page is not null) is > 1 and var pages ? $"{pages} pages" : "the page")}, {(source.Snapshot is null ? $"{result.New} of them new, {result.WithTime} with a time that can be read" : $"{result.New} of them different")}; {(result.IsLast ? $"{last} ends with it" : "more pages follow")}");
        foreach (var shown in result.First)
        {
            printer.Line();
            printer.Pairs(("id", shown.Id), ("time", shown.Time is { } time ? Instants.Iso(time) : "none"));
            printer.Line(shown.Json);
        }

        printer.Line();
        if (source.Snapshot is null)
        {
            printer.Line("the checkpoint would become");
            printer.Pairs(CheckpointLines.Of(CheckpointShape.Of(tested.Partition, result.After)));
        }

        printer.Line("Nothing was shipped or written.");
    }

    private static void PrintPartitions(Printer printer, TestedSource tested)
    {
        var more = tested.Partitions.Count > Shown ? ", ..." : "";
        printer.Line($"{Counted.Of(tested.Partitions.Count, "partition")}: {string.Join(", ", tested.Partitions.Take(Shown))}{more}");
        if (tested.Partitions.Count > 0)
        {
            printer.Line($"partition '{tested.Partition.Partition}':");
        }
    }

    private static void PrintTiers(Printer printer, IReadOnlyList<TierView> tiers)
    {
        foreach (var tier in tiers)
        {
            printer.Line($"tier {tier.Name}: would read {tier.NextPass(Instants.Iso)}; last pass: {tier.LastPass(Instants.Iso)}");
        }
    }
}
