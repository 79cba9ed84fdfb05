using System.Globalization;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;
using Microsoft.AspNetCore.WebUtilities;

namespace AuditFunctions.Tests.Hostile;

/// <summary>Full pages that say nothing of a next one: all that there is, or a hint that was lost. Nothing is left out without a word, and nothing stops for ever.</summary>
public sealed class FullPageTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 5, 0, TimeSpan.Zero);

    /// <summary>How a vendor pages.</summary>
    public enum Habit
    {
        /// <summary>It names the next page, and leaves everything out when there is one page only.</summary>
        SilentWhenOne,

        /// <summary>It names the next page and leaves it out on the last one.</summary>
        SilentOnLast,

        /// <summary>It gives 100 events at once, whatever it is asked for.</summary>
        OneSize,

        /// <summary>It refuses any other page size than 100.</summary>
        RefusesOthers,

        /// <summary>What names the next page does not arrive.</summary>
        Stripped,

        /// <summary>What names the page behind the second one does not arrive the first time.</summary>
        LosesOne,

        /// <summary>What names a next page arrives with the first page only.</summary>
        StrippedBehind,
    }

    [Theory]
    [InlineData("link-header", Habit.SilentWhenOne, 100)]
    [InlineData("link-header", Habit.SilentWhenOne, 99)]
    [InlineData("link-header", Habit.SilentWhenOne, 101)]
    [InlineData("link-header", Habit.SilentWhenOne, 200)]
    [InlineData("link-header", Habit.SilentOnLast, 100)]
    [InlineData("link-header", Habit.SilentOnLast, 300)]
    [InlineData("link-header", Habit.OneSize, 100)]
    [InlineData("link-header", Habit.RefusesOthers, 100)]
    [InlineData("cursor", Habit.SilentWhenOne, 100)]
    [InlineData("cursor", Habit.SilentOnLast, 300)]
    [InlineData("cursor", Habit.OneSize, 100)]
    [InlineData("cursor", Habit.RefusesOthers, 100)]
    [InlineData("next-url", Habit.SilentOnLast, 100)]
    [InlineData("next-url", Habit.SilentOnLast, 200)]
    [InlineData("link-header", Habit.LosesOne, 300)]
    [InlineData("link-header", Habit.LosesOne, 250)]
    [InlineData("cursor", Habit.LosesOne, 250)]
    [InlineData("next-url", Habit.LosesOne, 250)]
    [InlineData("cursor", Habit.SilentOnLast, 200)]
    public async Task A_page_that_is_full_and_the_last_is_taken(string kind, Habit habit, int events)
    {
        await using var vendor = await StartAsync(habit, Spread(events));
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, Columns(stage, vendor, kind));
        for (var poll = 0; poll < 3; poll++)
        {
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        }

        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((events, 0L, 0, Spread(events)[^1]), (stage.Siem.Received, stage.Siem.Duplicates, checkpoint.Status.Failures, checkpoint.MarkAt));
    }

    /// <summary>The memory for pages holds one of this size: it must not be held while the vendor is asked once more.</summary>
    [Theory]
    [InlineData(Habit.SilentWhenOne)]
    [InlineData(Habit.RefusesOthers)]
    public async Task A_large_page_that_is_full_and_the_last_is_taken(Habit habit)
    {
        await using var vendor = await StartAsync(habit, Spread(100), eventBytes: 50_000);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions(), ("Fetching:PageMemoryMegabytes", "16"));
        await stage.Harness.AddSourceAsync(Stage.Source, Columns(stage, vendor, "link-header"));
        await stage.Harness.FetchAndShipAsync(Stage.Source).WaitAsync(Stage.Deadline());

        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((100, 0, Spread(100)[^1]), (stage.Siem.Received, checkpoint.Status.Failures, checkpoint.MarkAt));
    }

    [Theory]
    [InlineData("link-header", 150)]
    [InlineData("link-header", 100)]
    [InlineData("cursor", 150)]
    [InlineData("next-url", 1000)]
    public async Task A_next_page_whose_name_was_lost_is_reported_and_the_mark_stays(string kind, int events)
    {
        await using var vendor = await StartAsync(Habit.Stripped, Spread(events));
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, Columns(stage, vendor, kind));
        Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAsync(Stage.Source));
        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Null(checkpoint.MarkAt);
        Assert.StartsWith("the vendor gave 99 and 100 events when asked for so many, and names no next page at ", checkpoint.Status.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_next_page_whose_name_is_lost_behind_the_first_page_is_reported_and_the_mark_stays()
    {
        await using var vendor = await StartAsync(Habit.StrippedBehind, Spread(350));
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, Columns(stage, vendor, "cursor", "desc"));
        Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAsync(Stage.Source));
        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Null(checkpoint.MarkAt);
        Assert.StartsWith("the vendor gave 99 and 100 events when asked for so many, and names no next page at 'next'", checkpoint.Status.LastError, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("asc")]
    [InlineData("desc")]
    public async Task Without_paging_a_window_that_is_too_full_is_read_in_parts(string order)
    {
        await using var vendor = await StartAsync(Habit.SilentWhenOne, Spread(750));
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, Columns(stage, vendor, "none", order));
        for (var poll = 0; poll < 40; poll++)
        {
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((750, 0L, 0), (stage.Siem.Received, stage.Siem.Duplicates, checkpoint.Status.Failures));
    }

    [Fact]
    public async Task Without_paging_more_events_of_one_second_than_a_page_holds_are_reported()
    {
        await using var vendor = await StartAsync(Habit.SilentWhenOne, [.. Enumerable.Repeat(Start, 150)]);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, Columns(stage, vendor, "none"));
        var outcome = FetchOutcome.Continued;
        for (var run = 0; run < 20 && outcome == FetchOutcome.Continued; run++)
        {
            outcome = await stage.Harness.FetchAsync(Stage.Source);
        }

        Assert.Equal(FetchOutcome.BackedOff, outcome);
        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.StartsWith("the page is full (100 events) and the definition names no way to the next one", checkpoint.Status.LastError, StringComparison.Ordinal);
    }

    private static DateTimeOffset[] Spread(int events) => [.. Enumerable.Range(0, events).Select(number => Start.AddSeconds(2 * number))];

    private static (string Column, string Value)[] Columns(Stage stage, ScriptedServer vendor, string kind, string order = "asc") =>
    [
        .. stage.GenericColumns(order).Where(column => column.Column is not ("next" or "query" or "paging" or "url")),
        ("url", $"{vendor.BaseUrl}/list"), ("paging", kind),
        ("query", $"from={{from}}&to={{to}}&limit={{pageSize}}&order={order}{(kind switch { "cursor" => "&skip={cursor}", "next-url" => "&url=1", _ => "" })}"),
        .. (kind is "cursor" or "next-url" ? new[] { ("next", "next"), ("stop", "no-cursor") } : []),
    ];

    private static Task<ScriptedServer> StartAsync(Habit habit, DateTimeOffset[] times, int eventBytes = 0)
    {
        var lost = 0;
        return ScriptedServer.StartAsync(request => Answer(request, habit, times, eventBytes, ref lost));
    }

    private static ScriptedServer.Reply Answer(ScriptedServer.Seen request, Habit habit, DateTimeOffset[] times, int eventBytes, ref int lost)
    {
        var query = QueryHelpers.ParseQuery(request.PathAndQuery[request.PathAndQuery.IndexOf('?', StringComparison.Ordinal)..]);
        var limit = int.Parse(query["limit"]!, CultureInfo.InvariantCulture);
        if (habit == Habit.RefusesOthers && limit != 100)
        {
            return new(400, """{"error":"limit must be 100"}""");
        }

        limit = habit == Habit.OneSize ? 100 : limit;
        var skip = int.TryParse(query.GetValueOrDefault("skip"), CultureInfo.InvariantCulture, out var given) ? given : 0;
        var (from, to) = (Instant(query["from"]!), Instant(query["to"]!));
        var found = times.Select((at, number) => (At: at, Id: number)).Where(one => one.At >= from && one.At < to).ToArray();
        found = query["order"] == "desc" ? [.. found.Reverse()] : found;
        var page = found.Skip(skip).Take(limit).Select(one => string.Create(CultureInfo.InvariantCulture, $$"""{"id":"e{{one.Id}}","time":"{{one.At:yyyy-MM-ddTHH:mm:ssZ}}","text":"{{new string('x', eventBytes)}}"}"""));
        var next = skip + limit;
        var more = next < found.Length;
        query.Remove("skip");
        var url = QueryHelpers.AddQueryString("/list", query) + string.Create(CultureInfo.InvariantCulture, $"&skip={next}");
        var host = $"http://{request.Headers["Host"]}";
        var link = more ? $"<{host}{url}>; rel=\"next\"" : habit == Habit.SilentWhenOne && skip > 0 ? $"<{host}/list>; rel=\"prev\"" : null;
        var named = more ? $",\"next\":\"{(query.ContainsKey("url") ? host + url : next.ToString(CultureInfo.InvariantCulture))}\"" : "";
        return habit == Habit.Stripped || (habit == Habit.StrippedBehind && skip > 0) || (habit == Habit.LosesOne && skip == 100 && lost++ == 0)
            ? new(200, $$"""{"data":[{{string.Join(',', page)}}]}""")
            : new(200, $$"""{"data":[{{string.Join(',', page)}}]{{named}}}""", link is null ? [] : [("Link", link)]);
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
