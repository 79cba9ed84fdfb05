using System.Globalization;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;
using Microsoft.AspNetCore.WebUtilities;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Vendors that have a page for every number: beyond the last one they begin again, or give an earlier one.</summary>
public sealed class WrappedPagesTests
{
    private const int Events = 250;
    private const int Pages = 3;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 5, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public async Task A_window_ends_with_the_first_page_that_was_there_before(int first, int step)
    {
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            var page = int.Parse(QueryHelpers.ParseQuery(request.PathAndQuery[request.PathAndQuery.IndexOf('?', StringComparison.Ordinal)..])["page"]!, CultureInfo.InvariantCulture);
            page = page <= Pages ? Math.Max(page, 1) : first + ((page - Pages - 1) * step % Pages);
            return new(200, $$"""{"data":[{{string.Join(',', Enumerable.Range((page - 1) * 100, Math.Min(100, Events - ((page - 1) * 100))).Select(Event))}}]}""");
        });
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(
            Stage.Source,
            [
                .. stage.GenericColumns("asc").Where(column => column.Column is not ("next" or "query" or "paging" or "url" or "order")),
                ("url", $"{vendor.BaseUrl}/list"), ("paging", "page"), ("query", "from={from}&page={page}&limit={pageSize}"), ("order", "unordered"),
            ]);
        await stage.Harness.FetchAndShipAsync(Stage.Source);

        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((Events, 0L, 0, Start.AddSeconds(Events - 1)), (stage.Siem.Received, stage.Siem.Duplicates, checkpoint.Status.Failures, checkpoint.MarkAt));
        // One more for what stands before the first page.
        Assert.Equal(Pages + 2, vendor.Requests.Count);
    }

    // What the template sends, and what the vendor makes of it: each time what it has from the start of the window on, 100 at most.
    [Theory]
    [InlineData("paging: page", "from={from}&until={to}&pge={page}&limit={pageSize}", null)]
    [InlineData("paging: page", "from={from}&until={to}&pge={page}&limit={pageSize}", "descending")]
    [InlineData("paging: offset", "from={from}&until={to}&offst={offset}&limit={pageSize}", null)]
    [InlineData("paging: cursor, next: self", "from={from}&until={to}&cursr={cursor}&limit={pageSize}", null)]
    [InlineData("paging: next-url, next: self", "from={from}&until={to}&limit={pageSize}", null)]
    public async Task A_vendor_that_does_not_heed_what_names_the_next_page_is_read_in_shorter_windows_or_fails(string paging, string query, string? order)
    {
        var self = "";
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            var asked = QueryHelpers.ParseQuery(request.PathAndQuery[request.PathAndQuery.IndexOf('?', StringComparison.Ordinal)..]);
            var all = Enumerable.Range(0, Events).Where(number => Start.AddSeconds(number) >= Instant(asked["from"]!) && Start.AddSeconds(number) < Instant(asked["until"]!));
            var page = (order is null ? all : all.Reverse()).Take(Math.Min(100, int.Parse(asked["limit"]!, CultureInfo.InvariantCulture)));
            var next = paging.StartsWith("paging: next", StringComparison.Ordinal) ? self + request.PathAndQuery : "c0";
            return new(200, $$"""{"data":[{{string.Join(',', page.Select(Event))}}],"self":"{{next}}"}""");
        });
        self = vendor.BaseUrl;
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(
            Stage.Source,
            [
                .. stage.GenericColumns("asc").Where(column => column.Column is not ("next" or "query" or "paging" or "url" or "order" or "pageSize")),
                ("url", $"{vendor.BaseUrl}/list"), ("query", query), ("order", order ?? "ascending"), ("pageSize", "100"),
                .. paging.Split(", ").Select(key => key.Split(": ")).Select(key => (key[0], key[1])),
            ]);
        for (var poll = 0; poll < 12; poll++)
        {
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        }

        // All arrives, or the source says why not, and its mark is not behind what was not read.
        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal(0, stage.Siem.Duplicates);
        if (stage.Siem.Received < Events)
        {
            Assert.Contains("check where 'paging' finds", checkpoint.Status.LastError, StringComparison.Ordinal);
            Assert.True(checkpoint.Status.Failures > 0 && (checkpoint.MarkAt is null || checkpoint.MarkAt < Start.AddSeconds(stage.Siem.Received)));
        }
        else
        {
            Assert.Equal(Start.AddSeconds(Events - 1), checkpoint.MarkAt);
        }
    }

    // The vendor knows 'from' alone and gives 100 events at most; oldest first, each poll goes on at the newest event of the one before.
    [Theory]
    [InlineData("10s", Events)]
    [InlineData("5m", 100)]       // all that it gives is read already: that is no end, and no poll gets further
    public async Task A_page_that_comes_again_ends_a_window_where_the_next_one_goes_on_behind_it(string overlap, int expected)
    {
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            var asked = QueryHelpers.ParseQuery(request.PathAndQuery[request.PathAndQuery.IndexOf('?', StringComparison.Ordinal)..]);
            var page = Enumerable.Range(0, Events).Where(number => Start.AddSeconds(number) >= Instant(asked["from"]!)).Take(100);
            return new(200, $$"""{"data":[{{string.Join(',', page.Select(Event))}}]}""");
        });
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(
            Stage.Source,
            [
                .. stage.GenericColumns("asc").Where(column => column.Column is not ("next" or "query" or "paging" or "url" or "order" or "pageSize" or "overlap")),
                ("url", $"{vendor.BaseUrl}/list"), ("query", "from={from}&pge={page}&limit={pageSize}"), ("order", "ascending"), ("pageSize", "100"), ("paging", "page"), ("overlap", overlap),
            ]);
        for (var poll = 0; poll < 6; poll++)
        {
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        }

        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((expected, 0L, Start.AddSeconds(expected - 1)), (stage.Siem.Received, stage.Siem.Duplicates, checkpoint.MarkAt));
        Assert.Equal(expected < Events, checkpoint.Status.LastError?.Contains("does not heed '{page}'", StringComparison.Ordinal) ?? false);
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static string Event(int number) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"id":"e{{number}}","time":"{{Start.AddSeconds(number):yyyy-MM-ddTHH:mm:ssZ}}"}""");
}
