using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.FunctionApp;

/// <summary>What the published function app tells a collector, and the host's console beside it.</summary>
public sealed class WorkerTelemetryTests
{
    [Fact]
    public async Task The_console_shows_every_line_with_its_event_id_although_telemetry_is_exported_and_idle_polls_export_no_spans()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var run = await FunctionAppRun.StartAsync(events: 2_000);
        await run.Installation.AddOktaAsync("okta-prod", run.Vendor.BaseUrl, "splunk", ("interval", "1h")); // not due again, however slow the machine is
        await using var worker = await run.StartWorkerAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.BaseUrl),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_TRACES_SAMPLER", "always_off"), // the host's: it keeps the host from exporting a span for each look into a queue
            ("OTEL_BSP_SCHEDULE_DELAY", "100"));
        await run.TickUntilDeliveredAsync(worker, 2_000);
        await run.ShippedAsync(worker);
        await Stage.UntilAsync(() => collector.Spans.Any(span => span.Name == "fetch") && collector.Spans.Count(span => span.Name == "deliver") == run.Siem.Requests);

        Assert.Equal(["deliver", "fetch", "tick"], collector.Spans.Select(span => span.Name).Distinct().Order(StringComparer.Ordinal));
        foreach (var id in (string[])["[2001] ", "[3001] "])
        {
            Assert.Contains(worker.Worker.Lines, line => line.IsShown && line.Message.StartsWith(id, StringComparison.Ordinal));
        }

        // Idle from here on: ticks that find nothing due, and a poll that finds nothing new.
        var before = collector.Spans.Count;
        for (var tick = 0; tick < 5; tick++)
        {
            await worker.TickAsync();
        }

        Assert.NotNull(await worker.StopAsync());
        Assert.Equal(before, collector.Spans.Count);
        Assert.NotEmpty(collector.Logs(3001));
        Assert.DoesNotContain("sandbox-token", string.Join('\n', collector.Bodies), StringComparison.Ordinal);
    }
}
