using System.Text.Json;
using AuditFunctions.Pipeline.Health;
using AuditFunctions.Tests.Infra.Tools;

namespace AuditFunctions.Tests.Infra;

/// <summary>The workbook as Bicep composes it.</summary>
public sealed class WorkbookTests
{
    [Fact]
    public async Task Every_part_has_a_name_of_its_own_that_of_its_query_and_is_drawn_as_something_that_exists()
    {
        var parts = await PartsAsync();
        var queries = QueryText.Names.Where(name => name.StartsWith("workbook/", StringComparison.Ordinal) && name != "workbook/source-names.kql");
        Assert.Equal(queries, parts.Select(part => $"workbook/{part.Name}.kql").Order(StringComparer.Ordinal));
        Assert.All(parts, part => Assert.Equal(QueryText.Raw($"workbook/{part.Name}.kql"), part.Query));
        Assert.All(parts, part => Assert.Contains(part.Drawn, new[] { "table", "timechart", "barchart" }));

        // A chart over time has an instant on its axis.
        Assert.All(
            parts.Where(part => part.Drawn != "table"),
            part => Assert.Contains("bin(TimeGenerated, ", QueryText.Of(part.Query).Code, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_parts_of_the_delivery_time_are_stacked()
    {
        var stacked = (await PartsAsync()).Where(part => part.Drawn == "barchart").Select(part => part.Name).ToArray();
        Assert.Contains("delivery-parts", stacked);
        Assert.Contains("source-delivery-parts", stacked);
    }

    // What is red or yellow is what is not well, and nothing else but what waits for a vendor.
    [Fact]
    public async Task States_that_are_not_well_have_a_sign()
    {
        var table = (await ItemsAsync()).First(item => item.GetProperty("name").GetString() == "sources");
        var formatter = Assert.Single(table.GetProperty("content").GetProperty("gridSettings").GetProperty("formatters").EnumerateArray());
        Assert.Equal("^State$", formatter.GetProperty("columnMatch").GetString());
        var signed = formatter.GetProperty("formatOptions").GetProperty("thresholdsGrid").EnumerateArray()
            .Where(row => row.TryGetProperty("thresholdValue", out _)).Select(row => row.GetProperty("thresholdValue").GetString()!)
                .ToArray();
        var states = Enum.GetNames<PartitionHealth>().Concat(Enum.GetNames<DestinationHealth>()).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(signed.Except(states, StringComparer.Ordinal));
        Assert.Empty(Enum.GetValues<PartitionHealth>().Where(state => !new PartitionState(state).IsWell)
            .Select(state => state.ToString()).Except(signed, StringComparer.Ordinal));
        Assert.DoesNotContain("Ok", signed);
    }

    [Fact]
    public async Task Every_tab_shows_something_and_everything_stands_in_a_tab()
    {
        var items = await ItemsAsync();
        var tabs = items.Single(item => item.GetProperty("name").GetString() == "tabs").GetProperty("content").GetProperty("links")
            .EnumerateArray()
            .Select(link => link.GetProperty("subTarget").GetString()).ToArray();
        var shown = items.Where(item => item.TryGetProperty("conditionalVisibility", out _))
            .Select(item => item.GetProperty("conditionalVisibility").GetProperty("value").GetString()).Distinct(StringComparer.Ordinal);

        Assert.Equal(tabs.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Charts_of_Azures_own_counts_name_the_installation()
    {
        var snapshot = await Snapshot.OfAsync();
        var counted = (await ItemsAsync()).Where(item => item.GetProperty("type").GetInt32() == 10)
            .Select(item => Assert.Single(item.GetProperty("content").GetProperty("resourceIds").EnumerateArray()).GetString()!).ToArray();

        Assert.Equal([snapshot.One("Microsoft.Storage/storageAccounts").Id,
            .. Enumerable.Repeat(snapshot.One("Microsoft.Web/sites").Id, 2)], counted);
    }

    /// <summary>All that the workbook consists of.</summary>
    internal static async Task<JsonElement[]> ItemsAsync()
    {
        var workbook = (await Snapshot.OfAsync()).One("Microsoft.Insights/workbooks");
        return [.. JsonDocument.Parse(workbook.Properties.GetProperty("serializedData").GetString()!).RootElement.GetProperty("items")
            .EnumerateArray()];
    }

    private static async Task<(string Name, string Drawn, string Query)[]> PartsAsync() =>
        [.. (await ItemsAsync()).Where(item => item.GetProperty("type").GetInt32() == 3).Select(item => (
            item.GetProperty("name").GetString()!,
            item.GetProperty("content").GetProperty("visualization").GetString()!,
            item.GetProperty("content").GetProperty("query").GetString()!))];
}
