using System.Diagnostics.Metrics;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Health;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AuditFunctions.Tests.Telemetry;

/// <summary>Every metric as it is really recorded.</summary>
internal static class EveryMetric
{
    // What a page is does not matter for the word.
    private static readonly PageResult[] Answers =
    [
        new PageResult.Page(null!, default), new PageResult.Throttled(429, null), new PageResult.Refused(403, ""), new PageResult.Failed(500, ""),
    ];

    /// <summary>Names, each with its dimensions. Fails when an instrument is there that nothing records here.</summary>
    public static IReadOnlyDictionary<string, string[]> Recorded() =>
        Points().GroupBy(point => point.Instrument).ToDictionary(group => group.Key, group => group.First().Tags.Select(tag => tag.Key).ToArray());

    /// <summary>The words that a dimension can have, where they are not the names of rows.</summary>
    public static IReadOnlySet<string> Words(string dimension) =>
        Points().SelectMany(point => point.Tags).Where(tag => tag.Key == dimension).Select(tag => (string)tag.Value!).ToHashSet(StringComparer.Ordinal);

    /// <summary>The metrics that are kept as a sum and a number, so that they have a mean.</summary>
    public static IReadOnlySet<string> Histograms()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        using var services = Services();
        using var listener = new MeterListener();
        var factory = services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Scope == factory && instrument is Histogram<double>)
            {
                found.Add(instrument.Name);
            }
        };
        listener.Start();
        services.GetRequiredService<PipelineMetrics>();
        return found;
    }

    private static IReadOnlyList<RecordedMetrics.Point> Points()
    {
        using var services = Services();
        using var recorded = new RecordedMetrics(services.GetRequiredService<IMeterFactory>());
        RecordEverything(services.GetRequiredService<PipelineMetrics>());
        Assert.Equal(recorded.Instruments.Order(StringComparer.Ordinal), recorded.All.Select(point => point.Instrument).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        return recorded.All;
    }

    private static ServiceProvider Services() => new ServiceCollection().AddMetrics().AddSingleton<PipelineMetrics>().BuildServiceProvider();

    private static void RecordEverything(PipelineMetrics metrics)
    {
        var second = TimeSpan.FromSeconds(1);
        metrics.Fetched("s", 1, 1);
        metrics.Sent("s", "d", 2, 1);
        metrics.Delivered(Batch, new DeliveryParts(second, second, second));
        metrics.Deferred("d");
        metrics.Refused("d");
        metrics.Rejected("d");
        metrics.DeadLettered("s", "d", 1);
        metrics.Cut("s", "d");
        metrics.IdChanged("s", 1);
        metrics.Processed("s", "1-drop", 1, 1);
        metrics.BacklogSeen("d", 1);
        metrics.QueueSeen("fetch", 1, second);
        metrics.QueueSeen("ship", 1, second);
        metrics.PoisonSeen("fetch-poison", 1);
        metrics.PoisonSeen("ship-poison", 1);
        foreach (var answer in Answers)
        {
            metrics.Asked("s", PageAsker.OutcomeOf(answer));
        }

        foreach (var state in Enum.GetValues<PartitionHealth>())
        {
            metrics.SourceSeen("s", state.ToString(), null, second);
        }
    }

    private static ShipMessage Batch => new()
    {
        SchemaVersion = 1,
        BatchId = "b",
        Source = "s",
        Partition = "p",
        Destination = "d",
        Format = "http",
        Events = 1,
        RawBytes = 1,
        Day = "20260131",
        FetchedAt = default,
    };
}
