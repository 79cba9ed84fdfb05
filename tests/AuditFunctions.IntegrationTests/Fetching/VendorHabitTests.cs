using System.Globalization;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;
using Microsoft.AspNetCore.WebUtilities;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Habits of vendors of which others lost events, had them twice, or stood still: each as a vendor of a few lines.</summary>
public sealed class VendorHabitTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 5, 0, TimeSpan.Zero);

    // It gives so many for one request and all its pages, and calls that the end.
    [Theory]
    [InlineData("cursor", "desc", 300, "null")]
    [InlineData("cursor", "asc", 300, "null")]
    [InlineData("cursor", "desc", 100, "null")]     // the only page
    [InlineData("cursor", "desc", 300, "\"\"")]
    [InlineData("next-url", "desc", 300, "null")]
    [InlineData("next-url", "asc", 300, "null")]
    [InlineData("page", "desc", 300, "null")]
    [InlineData("page", "asc", 300, "null")]
    [InlineData("cursor", "none-asc", 300, "null")]       // the template names no order; the list has one
    [InlineData("cursor", "none-desc", 300, "null")]
    [InlineData("cursor", "none", 300, "null")]           // it has none
    [InlineData("page", "none", 300, "null")]
    public async Task What_a_vendor_leaves_out_behind_the_most_that_it_gives_is_read_in_shorter_windows(string paging, string order, int most, string last)
    {
        var self = "";
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            var asked = QueryOf(request);
            var all = In(asked, 750, order).Take(most).ToList();
            var size = int.Parse(asked["limit"]!, CultureInfo.InvariantCulture);
            var at = paging == "page" ? (int.Parse(asked["p"]!, CultureInfo.InvariantCulture) - 1) * size : asked.TryGetValue("c", out var c) && c != "" ? int.Parse(c!, CultureInfo.InvariantCulture) : 0;
            if (at < 0)
            {
                return new(400, "{}");
            }

            var page = all.Skip(at).Take(size).ToList();
            var next = at + page.Count < all.Count ? $"\"{(paging == "next-url" ? $"{self}/list?from={asked["from"]}&until={asked["until"]}&limit={size}&c=" : "")}{at + page.Count}\"" : last;
            return new(200, $$"""{"data":[{{string.Join(',', page.Select(Event))}}],"next":{{next}}}""");
        });
        self = vendor.BaseUrl;
        await using var stage = await StartAsync(vendor, order, ("paging", paging), ("query", paging switch
        {
            "cursor" => "from={from}&until={to}&c={cursor}&limit={pageSize}",
            "page" => "from={from}&until={to}&p={page}&limit={pageSize}",
            _ => "from={from}&until={to}&limit={pageSize}",
        }));
        await PollAsync(stage, 12);
        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((750, 0L, null, Start.AddSeconds(749)), (stage.Siem.Received, stage.Siem.Duplicates, checkpoint.Status.LastError, checkpoint.MarkAt));
    }

    // Meanwhile an event comes late, so that the same page, read again, would be other batches.
    [Fact]
    public async Task A_stop_while_the_vendor_is_asked_for_what_lies_behind_its_end_repeats_nothing()
    {
        using var stop = new CancellationTokenSource();
        var all = Enumerable.Range(0, 300).ToList();
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            var asked = QueryOf(request);
            var page = In(asked, 300, "desc").Where(all.Contains).Take(100).ToList();
            if (page.Count > 0 && page[0] < 299 && !stop.IsCancellationRequested)
            {
                stop.Cancel();
            }

            return new(200, $$"""{"data":[{{string.Join(',', page.Select(Event))}}],"next":null}""");
        });
        all.Remove(250);
        await using var stage = await StartAsync(vendor, "desc", ("paging", "cursor"), ("query", "from={from}&until={to}&c={cursor}&limit={pageSize}"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stage.Harness.FetchAsync(Stage.Source, stop.Token));
        all.Add(250);
        await PollAsync(stage, 12);
        await AssertAllAsync(stage, 300);
    }

    [Theory]
    [InlineData("asc")]
    [InlineData("desc")]
    public async Task More_events_of_one_second_than_a_vendor_gives_are_reported(string order)
    {
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            var asked = QueryOf(request);
            var all = Enumerable.Range(0, 250).Where(number => Of(number) >= Instant(asked["from"]!) && Of(number) < Instant(asked["until"]!));
            var page = (order == "asc" ? all : all.Reverse()).Take(100);
            return new(200, $$"""{"data":[{{string.Join(',', page.Select(number => $$"""{"id":"e{{number}}","time":"{{Of(number):yyyy-MM-ddTHH:mm:ss.fffZ}}"}"""))}}],"next":null}""");

            static DateTimeOffset Of(int number) => Start.AddMilliseconds(number * 8);
        });
        await using var stage = await StartAsync(vendor, order, ("paging", "cursor"), ("query", "from={from}&until={to}&c={cursor}&limit={pageSize}"));
        await PollAsync(stage, 12);
        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.True(stage.Siem.Received == 250 || checkpoint.Status.LastError?.Contains("gives no more for one request", StringComparison.Ordinal) == true, $"{stage.Siem.Received} {checkpoint.Status.LastError}");
        Assert.Equal(0, stage.Siem.Duplicates);
    }

    // The vendor gives 100 at once, whatever it is asked for, and the template calls a short page the last.
    [Theory]
    [InlineData("offset", "from={from}&until={to}&o={offset}&limit={pageSize}")]
    [InlineData("page", "from={from}&until={to}&p={page}&limit={pageSize}")]
    public async Task A_page_size_that_the_vendor_lowers_in_silence_leaves_nothing_out(string paging, string query)
    {
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            var asked = QueryOf(request);
            var at = paging == "offset" ? int.Parse(asked["o"]!, CultureInfo.InvariantCulture) : (int.Parse(asked["p"]!, CultureInfo.InvariantCulture) - 1) * 100;
            return at < 0 ? new(400, "{}") : new(200, $$"""{"data":[{{string.Join(',', In(asked, 250, "desc").Skip(at).Take(100).Select(Event))}}]}""");
        });
        await using var stage = await StartAsync(vendor, "desc", ("paging", paging), ("query", query), ("pageSize", "1000"), ("definition", "paging: { stop: short-page }"));
        await PollAsync(stage, 2);
        await AssertAllAsync(stage, 250);
    }

    // The pages that the vendor gives are shorter than asked for, here and there, as some filter after paging.
    [Fact]
    public async Task Short_and_empty_pages_in_the_middle_are_no_end()
    {
        int[] pages = [100, 94, 0, 100, 0, 0, 1, 100];
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            var at = QueryOf(request).TryGetValue("c", out var c) && c != "" ? int.Parse(c!, CultureInfo.InvariantCulture) : 0;
            var page = Enumerable.Range(pages[..at].Sum(), pages[at]).Select(number => 394 - number);
            return new(200, $$"""{"data":[{{string.Join(',', page.Select(Event))}}],"next":{{(at + 1 < pages.Length ? $"\"{at + 1}\"" : "null")}}}""");
        });
        await using var stage = await StartAsync(vendor, "desc", ("paging", "cursor"), ("query", "from={from}&c={cursor}&limit={pageSize}"));
        await PollAsync(stage, 2);
        Assert.Equal((395, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        Assert.Null((await stage.Harness.CheckpointAsync(Stage.Source)).Status.LastError);
    }

    // Throttled at one place of a list for ever, and nowhere else.
    [Theory]
    [InlineData("desc")]
    [InlineData("asc")]
    public async Task A_cursor_at_which_a_vendor_throttles_for_ever_is_dropped(string order)
    {
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            var asked = QueryOf(request);
            var at = asked.TryGetValue("c", out var c) && c != "" ? int.Parse(c!, CultureInfo.InvariantCulture) : 0;
            if (at >= 300)
            {
                return new(429, "{}");
            }

            var all = In(asked, 750, order).ToList();
            var page = all.Skip(at).Take(100).ToList();
            return new(200, $$"""{"data":[{{string.Join(',', page.Select(Event))}}],"next":{{(at + page.Count < all.Count ? $"\"{at + page.Count}\"" : "null")}}}""");
        });
        await using var stage = await StartAsync(vendor, order, ("paging", "cursor"), ("query", "from={from}&until={to}&c={cursor}&limit={pageSize}"));
        await PollAsync(stage, 40);
        await AssertAllAsync(stage, 750);
    }

    [Fact]
    public async Task A_vendor_that_throttles_everywhere_keeps_the_cursor()
    {
        var isThrottling = false;
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            var asked = QueryOf(request);
            var at = asked.TryGetValue("c", out var c) && c != "" ? int.Parse(c!, CultureInfo.InvariantCulture) : 0;
            isThrottling |= at == 200;
            if (isThrottling)
            {
                return new(429, "{}");
            }

            var page = In(asked, 350, "desc").Skip(at).Take(100).ToList();
            return new(200, $$"""{"data":[{{string.Join(',', page.Select(Event))}}],"next":{{(at + page.Count < 350 ? $"\"{at + page.Count}\"" : "null")}}}""");
        });
        await using var stage = await StartAsync(vendor, "desc", ("paging", "cursor"), ("query", "from={from}&until={to}&c={cursor}&limit={pageSize}"));
        await PollAsync(stage, 10);
        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal(("200", null), (checkpoint.Cursor, checkpoint.MarkAt));
    }

    // A position beyond what a double can hold, as a number, comes back digit by digit.
    [Theory]
    [InlineData("30401068076164269")]
    [InlineData("92233720368547758079")]
    [InlineData("\"0030401068076164269\"")]
    public async Task A_cursor_that_is_a_large_number_is_sent_as_it_came(string cursor)
    {
        await using var vendor = await ScriptedServer.StartAsync(request => new(200, QueryOf(request).GetValueOrDefault("c") == cursor.Trim('"')
            ? $$"""{"data":[{{Event(1)}}],"next":null}"""
            : $$"""{"data":[{{Event(0)}}],"next":{{cursor}}}"""));
        await using var stage = await StartAsync(vendor, "asc", ("paging", "cursor"), ("query", "from={from}&c={cursor}&limit={pageSize}"));
        await PollAsync(stage, 1);
        Assert.Equal(2, stage.Siem.Received);
    }

    // Events have a day, and come in the course of it; the vendor filters by days, both inclusive.
    [Fact]
    public async Task Events_that_only_have_a_day_arrive_in_the_course_of_it()
    {
        var known = new List<string>();
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            var asked = QueryOf(request);
            var days = known.Where(one => string.CompareOrdinal(one[..10], asked["from"]) >= 0 && string.CompareOrdinal(one[..10], asked["until"]) <= 0);
            return new(200, $$"""{"data":[{{string.Join(',', days.Select(one => $$"""{"id":"{{one}}","time":"{{one[..10]}}"}"""))}}]}""");
        });
        await using var stage = await StartAsync(
            vendor, "asc", ("paging", "page"), ("query", "from={from}&until={to}&p={page}"), ("timeFormat", "yyyy-MM-dd"), ("requestTimeFormat", "yyyy-MM-dd"), ("granularity", "1d"));
        for (var hour = 0; hour < 60; hour += 3)
        {
            known.Add($"{stage.Harness.Time.GetUtcNow():yyyy-MM-dd}-{hour}");
            await PollAsync(stage, 1, TimeSpan.FromHours(3));
        }

        await PollAsync(stage, 2, TimeSpan.FromHours(24));
        Assert.Equal((known.Count, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }

    // The vendor counts its pages from 0, and the template from 1 on.
    [Theory]
    [InlineData("page", "p={page}", 250)]
    [InlineData("page", "p={page}", 7)]
    [InlineData("offset", "o={offset}", 250)]
    public async Task A_vendor_that_counts_from_0_and_is_asked_from_1_on_is_found_out(string paging, string query, int events)
    {
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            var asked = QueryOf(request);
            var at = paging == "offset" ? int.Parse(asked["o"]!, CultureInfo.InvariantCulture) : int.Parse(asked["p"]!, CultureInfo.InvariantCulture) * 100;
            return new(200, $$"""{"data":[{{string.Join(',', In(asked, events, "desc").Skip(at).Take(100).Select(Event))}}]}""");
        });
        await using var stage = await StartAsync(vendor, "desc", ("paging", paging), ("query", $"from={{from}}&until={{to}}&limit={{pageSize}}&{query}"), ("definition", "paging: { start: 1 }"));
        await PollAsync(stage, 3);
        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Contains("it seems to count from 0", checkpoint.Status.LastError, StringComparison.Ordinal);
        Assert.Equal((0, null), (stage.Siem.Received, checkpoint.MarkAt));

        await stage.Harness.AddSourceAsync(Stage.Source, Columns(stage, vendor, "desc", ("paging", paging), ("query", $"from={{from}}&until={{to}}&limit={{pageSize}}&{query}"), ("definition", "paging: { start: 0 }")));
        await PollAsync(stage, 2);
        await AssertAllAsync(stage, events);
    }

    // What it makes of a page 0: the first one, the last one, an error, nothing.
    [Theory]
    [InlineData("first", "desc")]
    [InlineData("error", "desc")]
    [InlineData("nothing", "desc")]
    [InlineData("last", "desc")]
    [InlineData("last", "asc")]
    [InlineData("last", "none-desc")]
    [InlineData("last", "none-asc")]
    public async Task A_vendor_that_counts_from_1_is_read_as_ever(string zero, string order)
    {
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            var asked = QueryOf(request);
            var page = int.Parse(asked["p"]!, CultureInfo.InvariantCulture);
            return page == 0 && zero == "error" ? new(400, "{}")
                : page == 0 && zero == "nothing" ? new(200, """{"data":[]}""")
                : new(200, $$"""{"data":[{{string.Join(',', In(asked, 250, order).Skip((page > 0 ? page - 1 : zero == "last" ? 2 : 0) * 100).Take(100).Select(Event))}}]}""");
        });
        await using var stage = await StartAsync(vendor, order, ("paging", "page"), ("query", "from={from}&until={to}&p={page}&limit={pageSize}"));
        await PollAsync(stage, 2);
        await AssertAllAsync(stage, 250);
    }

    // Newest first, and one more event with each answer: what stands at 0 and at 1 is not the same list then, and yet begins with the same events.
    [Fact]
    public async Task A_busy_vendor_that_counts_from_1_is_read_as_ever()
    {
        var events = 150;
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            var asked = QueryOf(request);
            var at = Math.Max(int.Parse(asked["o"]!, CultureInfo.InvariantCulture), 1) - 1;
            return new(200, $$"""{"data":[{{string.Join(',', In(asked, events++, "desc").Skip(at).Take(100).Select(Event))}}]}""");
        });
        await using var stage = await StartAsync(
            vendor, "desc", ("paging", "offset"), ("query", "from={from}&until={to}&limit={pageSize}&o={offset}"), ("definition", "paging: { start: 1 }"));
        await PollAsync(stage, 1);
        Assert.InRange(stage.Siem.Received, 150, events);
        Assert.Equal((0L, null), (stage.Siem.Duplicates, (await stage.Harness.CheckpointAsync(Stage.Source)).Status.LastError));
    }

    // A list that cannot be asked for a part, of which the vendor gives three pages, the last of them for every number behind it.
    [Theory]
    [InlineData("desc", 300)]
    [InlineData("asc", 300)]
    public async Task What_no_request_can_reach_is_reported(string order, int given)
    {
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            var page = Math.Min(int.Parse(QueryOf(request)["p"]!, CultureInfo.InvariantCulture), 3);
            var all = Enumerable.Range(0, 750);
            return page == 0 ? new(400, "{}") : new(200, $$"""{"data":[{{string.Join(',', (order == "asc" ? all : all.Reverse()).Skip((page - 1) * 100).Take(100).Select(Event))}}]}""");
        });
        await using var stage = await StartAsync(vendor, order, ("paging", "page"), ("query", "p={page}&limit={pageSize}"));
        await PollAsync(stage, 1);
        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal(given, stage.Siem.Received);
        Assert.Contains("it gives no page behind this one", checkpoint.Status.Doubt, StringComparison.Ordinal);
        Assert.Contains(stage.Harness.Log.Lines, line => line.Contains("it gives no page behind this one", StringComparison.Ordinal));
    }

    // More of one second than the vendor lets anybody page through, below which nothing can be halved: no request after the other without a pause.
    [Theory]
    [InlineData("desc", 500)]
    [InlineData("asc", 500)]
    [InlineData("none", 400)]
    public async Task A_window_that_cannot_be_made_smaller_is_asked_for_with_pauses(string order, int status)
    {
        await using var vendor = await ListVendor.StartAsync(
            Enumerable.Range(0, 300).Select(number => Listed.Of(string.Create(CultureInfo.InvariantCulture, $"e{number}"), Start)), (skip, _) => skip >= 200 ? new(status, "{}") : null);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, order));
        var isBackedOff = false;
        for (var run = 0; run < 60 && !isBackedOff; run++)
        {
            // As messages come: those that a run sends itself at once, those of ticks when they are due. The clock stands within a run of messages.
            var outcome = FetchOutcome.Continued;
            for (var message = 0; outcome == FetchOutcome.Continued; message++)
            {
                Assert.True(message < 40, "It goes on at once for ever.");
                outcome = await stage.Harness.FetchAsync(Stage.Source);
            }

            isBackedOff = outcome is FetchOutcome.BackedOff or FetchOutcome.Refused && (await stage.Harness.CheckpointAsync(Stage.Source)).Status.Failures > 8;
            stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.True(isBackedOff);
        Assert.Equal(0, stage.Siem.Duplicates);
    }

    private static async Task<Stage> StartAsync(ScriptedServer vendor, string order, params (string Column, string Value)[] more)
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, Columns(stage, vendor, order, more));
        return stage;
    }

    private static (string Column, string Value)[] Columns(Stage stage, ScriptedServer vendor, string order, params (string Column, string Value)[] more)
    {
        var columns = stage.GenericColumns(order, [("url", $"{vendor.BaseUrl}/list"), ("next", "next"), .. more]);
        return more.Contains(("paging", "page")) || more.Contains(("paging", "offset")) ? [.. columns.Where(column => column.Column != "next")] : columns;
    }

    private static async Task PollAsync(Stage stage, int polls, TimeSpan? apart = null)
    {
        for (var poll = 0; poll < polls; poll++)
        {
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            stage.Harness.Clock.Advance(apart ?? TimeSpan.FromHours(1));
        }
    }

    private static async Task AssertAllAsync(Stage stage, int events)
    {
        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((events, 0L, null, Start.AddSeconds(events - 1)), (stage.Siem.Received, stage.Siem.Duplicates, checkpoint.Status.LastError, checkpoint.MarkAt));
    }

    private static Dictionary<string, Microsoft.Extensions.Primitives.StringValues> QueryOf(ScriptedServer.Seen request) =>
        QueryHelpers.ParseQuery(request.PathAndQuery[request.PathAndQuery.IndexOf('?', StringComparison.Ordinal)..]);

    private static IEnumerable<int> In(Dictionary<string, Microsoft.Extensions.Primitives.StringValues> asked, int events, string order)
    {
        var all = Enumerable.Range(0, events).Where(number => Start.AddSeconds(number) >= Instant(asked["from"]!) && Start.AddSeconds(number) < Instant(asked["until"]!));
        return order switch
        {
            "asc" or "none-asc" => all,
            "none" => all.OrderBy(number => number * 7_919 % 1_009),
            _ => all.Reverse(),
        };
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static string Event(int number) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"id":"e{{number}}","time":"{{Start.AddSeconds(number):yyyy-MM-ddTHH:mm:ssZ}}"}""");
}
