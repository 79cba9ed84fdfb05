using AuditFunctions.Tests.Telemetry;

namespace AuditFunctions.Tests.Docs;

public sealed class TelemetryPageTests
{
    [Fact]
    public void Every_metric_stands_in_the_page_with_its_dimensions_and_the_page_has_no_other()
    {
        var made = EveryMetric.Recorded().ToDictionary(metric => metric.Key, metric => string.Join(", ", metric.Value));

        var documented = DocsPage.Read("docs/telemetry.md").Section("Metrics").CodeRows().ToDictionary(row => row.Name, row => row.Cells[2]);

        Assert.Equal(made.OrderBy(pair => pair.Key, StringComparer.Ordinal), documented.OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }
}
