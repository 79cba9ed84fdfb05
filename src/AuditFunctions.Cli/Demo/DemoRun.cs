using AuditFunctions.SelfHosting;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Cli.Demo;

/// <summary>How a demo ended: the proof.</summary>
/// <param name="Offered">Events that the vendors had.</param>
/// <param name="Delivered">Different events that the SIEM has.</param>
/// <param name="Lost">Events that the SIEM lacks.</param>
/// <param name="Duplicated">Events that came once more than needed.</param>
/// <param name="Seconds">From the first poll until all was quiet.</param>
/// <param name="Undone">What the pipeline itself says is left.</param>
internal sealed record DemoResult(long Offered, long Delivered, long Lost, long Duplicated, double Seconds, IReadOnlyList<string> Undone)
{
    /// <summary>Whether every event arrived once.</summary>
    public bool IsGood => Lost == 0 && Duplicated == 0 && Undone.Count == 0;
}

/// <summary>A line of the live table.</summary>
/// <param name="Source">The source.</param>
/// <param name="Offered">Events that its vendor has.</param>
/// <param name="Fetched">Events fetched.</param>
/// <param name="Shipped">Events that the SIEM has taken.</param>
internal sealed record DemoLine(string Source, long Offered, long Fetched, long Shipped)
{
    /// <summary>Events on their way: offered and not yet with the SIEM.</summary>
    public long Lag => Offered - Shipped;

    /// <summary>What the source is doing.</summary>
    public string State => Shipped >= Offered ? "done" : Fetched >= Offered ? "shipping" : Fetched > 0 ? "fetching" : "starting";
}

/// <summary>Runs the pipeline on a stage until it is idle, then counts what the SIEM got.</summary>
internal static class DemoRun
{
    /// <summary>Runs.</summary>
    /// <param name="stage">The surroundings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logging">Where logs go.</param>
    /// <param name="show">Called now and then with the present state.</param>
    /// <param name="stop">Ends the run.</param>
    public static async Task<DemoResult> RunAsync(DemoStage stage, TimeProvider time, Action<ILoggingBuilder> logging, Action<IReadOnlyList<DemoLine>> show, CancellationToken stop)
    {
        using var counts = new RunCounts();
        await using var host = SelfHost.Create(stage.Configuration, logging);
        await stage.WriteRowsAsync(host.Services, time.GetUtcNow(), stop);
        var startedAt = time.GetTimestamp();
        var run = host.RunUntilIdleAsync(stop);
        while (!run.IsCompleted)
        {
            show(LinesOf(stage, counts));
            await Task.WhenAny(run, Task.Delay(TimeSpan.FromMilliseconds(200), time, stop));
        }

        var undone = await run;
        var seconds = time.GetElapsedTime(startedAt).TotalSeconds;
        show(LinesOf(stage, counts));
        return Count(stage, seconds, undone);
    }

    private static IReadOnlyList<DemoLine> LinesOf(DemoStage stage, RunCounts counts) =>
        [.. stage.Sources.Select(source => new DemoLine(source.Name, source.Vendor.OfferedCount, counts.FetchedOf(source.Name), counts.DeliveredOf(source.Name)))];

    // From the vendors' own lists and the SIEM's own records, not from what the pipeline says of itself.
    private static DemoResult Count(DemoStage stage, double seconds, IReadOnlyList<string> undone)
    {
        var offered = stage.Sources.SelectMany(source => source.Vendor.OfferedIds).ToArray();
        var lost = offered.Count(id => stage.Siem.CountOf(id) == 0);
        return new DemoResult(offered.Length, stage.Siem.Received, lost, stage.Siem.Duplicates, seconds, undone);
    }
}
