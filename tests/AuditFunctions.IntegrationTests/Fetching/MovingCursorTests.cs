using System.Globalization;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Pages that are asked for twice: a vendor that moves on with each answer, or gives nothing the second time, must not make the first answer be lost.</summary>
public sealed class MovingCursorTests
{
    private const int Events = 250;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 5, 0, TimeSpan.Zero);

    // As a scroll does: one name for all pages, each answer the next one.
    [Theory]
    [InlineData("cursor", 100)]
    [InlineData("next-url", 100)]
    [InlineData("cursor", 73)]
    [InlineData("next-url", 73)]
    [InlineData("cursor", 1)]
    public async Task A_vendor_that_moves_on_behind_one_cursor_is_found_out(string paging, int perPage)
    {
        var at = 0;
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            at = request.PathAndQuery.Contains("cursor=S", StringComparison.Ordinal) ? at : 0;
            var page = Enumerable.Range(0, Events).Skip(at).Take(perPage).Select(Event).ToList();
            at += page.Count;
            return new(200, $$"""{"data":[{{string.Join(',', page)}}],"next_cursor":"{{(paging == "cursor" ? "S" : "/list?cursor=S")}}"}""");
        });
        await using var stage = await StartAsync(vendor, ("paging", paging), ("query", paging == "cursor" ? "from={from}&cursor={cursor}&limit={pageSize}" : "from={from}"));
        for (var poll = 0; poll < 4; poll++)
        {
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        }

        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Null(checkpoint.MarkAt);
        Assert.Contains("see the paging kind 'server-position'", checkpoint.Status.LastError, StringComparison.Ordinal);
        Assert.Equal(0, stage.Siem.Duplicates);
    }

    // A full page that names no next one is asked for again, and that answer is a hiccup.
    [Theory]
    [InlineData("asc")]
    [InlineData("desc")]
    public async Task A_page_that_is_empty_the_second_time_is_not_lost(string order)
    {
        var asked = 0;
        await using var vendor = await ScriptedServer.StartAsync(_ =>
        {
            var all = Enumerable.Range(0, 100).Select(number => Event(order == "asc" ? number : 99 - number));
            return new(200, ++asked == 2 ? """{"data":[]}""" : $$"""{"data":[{{string.Join(',', all)}}]}""");
        });
        await using var stage = await StartAsync(vendor, ("order", order == "asc" ? "ascending" : "descending"), ("definition", "paging: { stop: no-cursor }"));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Contains("gave none of the 100 events", (await stage.Harness.CheckpointAsync(Stage.Source)).Status.LastError, StringComparison.Ordinal);
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((100, 0L, null, Start.AddSeconds(99)), (stage.Siem.Received, stage.Siem.Duplicates, checkpoint.Status.LastError, checkpoint.MarkAt));
    }

    private static async Task<Stage> StartAsync(ScriptedServer vendor, params (string Column, string Value)[] more)
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(
            Stage.Source, stage.GenericColumns("asc", [("url", $"{vendor.BaseUrl}/list"), ("query", "from={from}&to={to}&cursor={cursor}&limit={pageSize}"), .. more]));
        return stage;
    }

    private static string Event(int number) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"id":"e{{number}}","time":"{{Start.AddSeconds(number):yyyy-MM-ddTHH:mm:ssZ}}"}""");
}
