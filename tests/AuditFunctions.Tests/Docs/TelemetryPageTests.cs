using System.Diagnostics.Metrics;
using AuditFunctions.Pipeline.State;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AuditFunctions.Tests.Docs;

public sealed class TelemetryPageTests
{
    [Fact]
    public void Every_metric_stands_in_the_page_with_its_dimensions_and_the_page_has_no_other()
    {
        using var services = new ServiceCollection().AddMetrics().AddSingleton<PipelineMetrics>().BuildServiceProvider();
        using var recorded = new RecordedMetrics(services.GetRequiredService<IMeterFactory>());
        RecordEverything(services.GetRequiredService<PipelineMetrics>());
        var made = recorded.All.GroupBy(point => point.Instrument).ToDictionary(group => group.Key, group => string.Join(", ", group.First().Tags.Select(tag => tag.Key)));

        var documented = DocsPage.Read("docs/telemetry.md").Section("Metrics").CodeRows().ToDictionary(row => row.Name, row => row.Cells[2]);

        Assert.Equal(made.OrderBy(pair => pair.Key, StringComparer.Ordinal), documented.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal(recorded.Instruments.Order(StringComparer.Ordinal), documented.Keys.Order(StringComparer.Ordinal));
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
