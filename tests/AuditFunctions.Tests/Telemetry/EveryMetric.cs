using System.Diagnostics.Metrics;
using AuditFunctions.Pipeline.State;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AuditFunctions.Tests.Telemetry;

/// <summary>Every metric as it is really recorded.</summary>
internal static class EveryMetric
{
    /// <summary>Names, each with its dimensions. Fails when an instrument is there that nothing records here.</summary>
    public static IReadOnlyDictionary<string, string[]> Recorded()
    {
        using var services = new ServiceCollection().AddMetrics().AddSingleton<PipelineMetrics>().BuildServiceProvider();
        using var recorded = new RecordedMetrics(services.GetRequiredService<IMeterFactory>());
        RecordEverything(services.GetRequiredService<PipelineMetrics>());
        var metrics = recorded.All.GroupBy(point => point.Instrument).ToDictionary(group => group.Key, group => group.First().Tags.Select(tag => tag.Key).ToArray());
        Assert.Equal(recorded.Instruments.Order(StringComparer.Ordinal), metrics.Keys.Order(StringComparer.Ordinal));
        return metrics;
    }

    private static void RecordEverything(PipelineMetrics metrics)
    {
        var second = TimeSpan.FromSeconds(1);
        metrics.Fetched("s", 1, 1);
        metrics.Asked("s", "page");
        metrics.Sent("s", "d", 2, 1);
        metrics.Delivered(Batch, new DeliveryParts(second, second, second));
        metrics.DeadLettered("s", "d", 1);
        metrics.Cut("s", "d");
        metrics.SourceSeen("s", PartitionHealth.Ok, null, second);
        metrics.BacklogSeen("d", 1);
        metrics.QueueSeen("fetch", 1, second);
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
