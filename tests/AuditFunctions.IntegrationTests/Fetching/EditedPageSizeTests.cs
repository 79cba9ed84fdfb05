using System.Globalization;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;
using Microsoft.AspNetCore.WebUtilities;

namespace AuditFunctions.Tests.Fetching;

/// <summary>A page size that somebody edits while a window is half read.</summary>
public sealed class EditedPageSizeTests
{
    private const int Events = 20;

    /// <summary>Pages are counted, so that the third of five is not where the third of two was.</summary>
    [Theory]
    [InlineData("2", "5")]
    [InlineData("5", "2")]
    public async Task Pages_that_are_counted_go_on_where_they_were(string before, string after)
    {
        await using var vendor = await ScriptedServer.StartAsync(Answer);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions(), ("Fetching:MaxPages", "2"));
        await stage.Harness.AddSourceAsync(Stage.Source, Columns(vendor, before));
        Assert.Equal(FetchOutcome.Continued, await stage.Harness.FetchAsync(Stage.Source));

        await stage.Harness.AddSourceAsync(Stage.Source, Columns(vendor, after));
        await using var other = stage.Harness.Another();
        await other.FetchAndShipAsync(Stage.Source);
        Assert.All(Enumerable.Range(0, Events), at => Assert.Equal(1, stage.Siem.CountOf($"e{at}")));

        // The next window asks for as many as the row says.
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        await other.FetchAndShipAsync(Stage.Source);
        await other.FetchAndShipAsync(Stage.Source);
        Assert.Contains($"limit={after}", vendor.Requests[^1].PathAndQuery, StringComparison.Ordinal);
    }

    private static (string Column, string Value)[] Columns(ScriptedServer vendor, string pageSize) =>
    [
        ("destination", Stage.Destination), ("baseUrl", vendor.BaseUrl), ("since", "2026-01-01T00:00:00Z"), ("pageSize", pageSize),
        ("definition", """
            baseUrl: https://acme.example
            request: { path: /events, query: { from: "{from}", page: "{page}", limit: "{pageSize}" } }
            paging: { kind: page }
            events: { path: data }
            id: id
            time: time
            """),
    ];

    private static ScriptedServer.Reply Answer(ScriptedServer.Seen request)
    {
        var query = QueryHelpers.ParseQuery(new Uri("http://x" + request.PathAndQuery).Query);
        var (page, limit) = (int.Parse(query["page"]!, CultureInfo.InvariantCulture), int.Parse(query["limit"]!, CultureInfo.InvariantCulture));
        var events = Enumerable.Range(0, Events).Skip((page - 1) * limit).Take(limit).Select(at => Listed.Of($"e{at}", new DateTimeOffset(2026, 1, 1, 0, 10, at, TimeSpan.Zero)).Json);
        return new(200, $$"""{"data":[{{string.Join(',', events)}}]}""");
    }
}
