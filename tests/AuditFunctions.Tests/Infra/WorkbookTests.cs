using System.Text.RegularExpressions;
using AuditFunctions.Pipeline.Health;

namespace AuditFunctions.Tests.Infra;

/// <summary>The workbook as Bicep composes it.</summary>
public sealed partial class WorkbookTests
{
    private static readonly string Code = BicepText.Read("modules/workbook.bicep").Code;

    [Fact]
    public void Every_part_has_a_name_of_its_own_that_of_its_query_and_is_drawn_as_something_that_exists()
    {
        var parts = Part().Matches(Code).Select(match => (Name: match.Groups["name"].Value, Drawn: match.Groups["drawn"].Value, Query: match.Groups["query"].Value)).ToArray();
        var queries = QueryText.Names.Where(name => name.StartsWith("workbook/", StringComparison.Ordinal) && name != "workbook/source-names.kql");
        Assert.Equal(queries, parts.Select(part => $"workbook/{part.Query}.kql").Order(StringComparer.Ordinal));
        Assert.All(parts, part => Assert.Equal(part.Query, part.Name));
        Assert.All(parts, part => Assert.Contains(part.Drawn, new[] { "table", "timechart", "barchart" }));

        // A chart over time has an instant on its axis.
        Assert.All(parts.Where(part => part.Drawn != "table"), part => Assert.Contains("bin(TimeGenerated, ", QueryText.Read($"workbook/{part.Query}.kql").Code, StringComparison.Ordinal));
    }

    [Fact]
    public void The_parts_of_the_delivery_time_are_stacked()
    {
        var stacked = Part().Matches(Code).Where(match => match.Groups["drawn"].Value == "barchart").Select(match => match.Groups["query"].Value).ToArray();
        Assert.Contains("delivery-parts", stacked);
        Assert.Contains("source-delivery-parts", stacked);
    }

    // What is red or yellow is what is not well, and nothing else but what waits for a vendor.
    [Fact]
    public void States_that_are_not_well_have_a_sign()
    {
        var signed = Sign().Matches(Code).SelectMany(match => Word().Matches(match.Groups["words"].Value)).Select(match => match.Value).ToArray();
        var states = Enum.GetNames<PartitionHealth>().Concat(Enum.GetNames<DestinationHealth>()).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(signed.Except(states, StringComparer.Ordinal));
        Assert.Empty(Enum.GetValues<PartitionHealth>().Where(state => !new PartitionState(state).IsWell).Select(state => state.ToString()).Except(signed, StringComparer.Ordinal));
        Assert.DoesNotContain("Ok", signed);
    }

    [GeneratedRegex(@"\{ name: '(?<name>[\w-]+)', title: '[^']+', width: '\d+', drawn: '(?<drawn>\w+)', query: loadTextContent\('\.\./queries/workbook/(?<query>[\w-]+)\.kql'\) \}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Part();

    [GeneratedRegex(@"map\(\[(?<words>[^\]]+)\], state =>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sign();

    [GeneratedRegex("(?<=')\\w+(?=')", RegexOptions.None, 1000)]
    private static partial Regex Word();
}
