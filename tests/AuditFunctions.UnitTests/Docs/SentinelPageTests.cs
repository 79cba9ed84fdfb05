using AuditFunctions.Destinations.Sentinel;

namespace AuditFunctions.Tests.Docs;

public sealed class SentinelPageTests
{
    private static readonly DocsPage Section = DocsPage.Read("docs/destinations/sentinel.md");

    [Fact]
    public void Columns_of_a_row_are_listed_as_they_are() => Assert.Equal(
        SentinelFormat.Columns,
        Section.Rows().SkipWhile(cells => cells is not ["Column", "Type", ..]).Skip(1).TakeWhile(cells => cells is [['`', ..], _, _]).Select(cells => (cells[0].Trim('`'), cells[1])));

    [Fact]
    public void Longest_event_is_told() =>
        Assert.Contains($"longer than {new SentinelFormat(1).MaxEventBytes:N0} bytes", string.Join('\n', Section.Rows().SelectMany(cells => cells)), StringComparison.Ordinal);
}
