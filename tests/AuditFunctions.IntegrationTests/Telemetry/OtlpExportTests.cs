using AuditFunctions.Sandbox;
using AuditFunctions.Tests.EndToEnd;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Telemetry;

/// <summary>A real process that pushes to a real collector.</summary>
public sealed class OtlpExportTests
{
    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;

    [Fact]
    public async Task A_run_pushes_metrics_logs_and_one_trace_from_the_tick_to_the_delivery_and_nothing_of_events_or_secrets()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 1_500 }, Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), Patience);
        await using var collector = await OtlpCollector.StartAsync();
        await using var installation = await Installation.CreateAsync();
        await installation.AddSplunkAsync("splunk", siem.BaseUrl);
        await installation.AddOktaAsync("okta-prod", vendor.BaseUrl, "splunk");
        var environment = installation.Environment.Append(new("OTEL_EXPORTER_OTLP_ENDPOINT", collector.BaseUrl))
            .Append(new("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")).Append(new("ScheduleCron", "* * * * * *"));

        await using var process = AuditfnProcess.Start(environment, "run");
        await siem.WaitForAsync(1_500, Patience);
        await process.InterruptAsync();
        var end = await process.EndAsync(Patience);
        Assert.True(end.ExitCode == 0, end.Error);

        var spans = collector.Spans.ToDictionary(span => span.Id);
        var deliveries = spans.Values.Where(span => span.Name == "deliver").ToArray();
        Assert.NotEmpty(deliveries);
        Assert.All(deliveries, delivery =>
        {
            var fetch = spans[delivery.Parent];
            var tick = spans[fetch.Parent];
            Assert.Equal(("fetch", "tick"), (fetch.Name, tick.Name));
            Assert.Equal((delivery.Trace, delivery.Trace, ""), (fetch.Trace, tick.Trace, tick.Parent));
        });

        // A tick may ask again for a source that a fetch is at work on: nothing follows from it.
        Assert.All(spans.Values.Where(span => span.Name == "tick"), tick => Assert.Equal("", tick.Parent));
        string[] metrics = ["events.fetched", "events.delivered", "requests", "batches.sent", "batches.delivered", "bytes.raw", "bytes.compressed", "deliveries", "delivery.time", "delivery.remote", "delivery.wait", "delivery.run", "source.state", "queue.messages", "queue.age", "destination.backlog"];
        Assert.Empty(metrics.Select(name => $"auditfunctions.{name}").Except(collector.Metrics));
        Assert.NotEmpty(collector.Logs(3001));
        Assert.All(collector.Logs(3001), log => Assert.Empty(new[] { "Source", "Partition", "Destination", "Batch", "Events", "Remote", "Waited", "Run" }.Except(log)));

        var sent = string.Join('\n', collector.Bodies);
        Assert.DoesNotContain("sandbox-token", sent, StringComparison.Ordinal);
        Assert.All(siem.Ids.Take(100), id => Assert.DoesNotContain(id, sent, StringComparison.Ordinal));
        Assert.DoesNotContain("displayMessage", sent, StringComparison.Ordinal);
        Assert.DoesNotContain(vendor.BaseUrl.Authority, sent, StringComparison.Ordinal);
    }
}
