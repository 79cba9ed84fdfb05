using AuditFunctions.Cli.Output;
using AuditFunctions.Configuration;
using AuditFunctions.Operations;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Cli.Commands.Sources;

/// <summary>What a dry run found, in words and as JSON.</summary>
internal static class DryRunReport
{
    /// <summary>As JSON.</summary>
    public static SourceTestShape ShapeOf(SourceDefinition source, DryRunResult result) => new()
    {
        Name = source.Name,
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
        Checkpoint = CheckpointShape.Of(new PartitionId(source.Name, PartitionId.Single), result.After),
    };

    /// <summary>In words.</summary>
    public static void Print(Printer printer, SourceDefinition source, DryRunResult result, bool trace)
    {
        printer.Line($"source '{source.Name}': {source.Request.Method} {source.Request.Url}");
        if (result.Window is not { } window)
        {
            printer.Line("Nothing is to be read yet: the next window is still empty.");
            PrintTiers(printer, result.Tiers);
            return;
        }

        PrintTiers(printer, result.Tiers);
        printer.Line($"window {Instants.Iso(window.FromAt)} to {Instants.Iso(window.ToAt)}{(result.IsResumed ? ", going on at the cursor" : "")}");
        ExchangeReport.Print(printer, result, trace);
        if (result.Problem is { } problem)
        {
            printer.Note(problem);
        }

        if (result.Problem is not null && result.Events == 0)
        {
            return;
        }

        printer.Line($"{Counted.Of(result.Events, "event")} on {(result.Inspections.Count(page => page.Page is not null) is > 1 and var pages ? $"{pages} pages" : "the page")}, {result.New} of them new, {result.WithTime} with a time that can be read; {(result.IsLast ? "the window ends with it" : "more pages follow")}");
        foreach (var shown in result.First)
        {
            printer.Line();
            printer.Pairs(("id", shown.Id), ("time", shown.Time is { } time ? Instants.Iso(time) : "none"));
            printer.Line(shown.Json);
        }

        printer.Line();
        printer.Line("the checkpoint would become");
        printer.Pairs(CheckpointLines.Of(CheckpointShape.Of(new PartitionId(source.Name, PartitionId.Single), result.After)));
        printer.Line("Nothing was shipped or written.");
    }

    private static void PrintTiers(Printer printer, IReadOnlyList<TierView> tiers)
    {
        foreach (var tier in tiers)
        {
            printer.Line($"tier {tier.Name}: would read {tier.NextPass(Instants.Iso)}; last pass: {tier.LastPass(Instants.Iso)}");
        }
    }
}
