using System.Globalization;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>Vendors without pages, and lists that cannot be asked for a part.</summary>
public sealed class TimeAdvanceTests
{
    private const string Ascending = """
        request: { path: /logs, query: { from: "{from:unix-s}", to: "{to:unix-s}" } }
        paging: { kind: time-advance }
        events: { path: data }
        id: id
        time: { path: at, format: unix-ms }
        order: ascending
        limits: { pageSize: 10 }
        """;

    private const string DownToTheWindow = """
        request: { path: /logs, query: { page: "{page}" } }
        paging: { kind: page, start: 0, stop: before-window }
        events: { path: data }
        id: id
        time: { path: at, format: unix-ms }
        order: descending
        limits: { pageSize: 10 }
        """;

    private static readonly string Descending = Ascending
        .Replace("kind: time-advance", "kind: time-advance, moves: to", StringComparison.Ordinal)
        .Replace("ascending", "descending", StringComparison.Ordinal);

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]   // an exclusive start, as many vendors have it
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Every_event_comes_though_several_share_a_time(bool oldestFirst, bool inclusive)
    {
        // Ten at a time, up to three in the same second, none at a whole one.
        long[] times = [.. Enumerable.Range(0, 95).Select(at => Pull.From.AddSeconds(60 + (at / 3)).AddMilliseconds(at % 7 * 100).ToUnixTimeMilliseconds())];
        await using var server = await ScriptedServer.StartAsync(request => Answer(request, times, oldestFirst, inclusive));
        await using var pull = new Pull();
        var (ids, _) = await pull.DrainAsync(Pull.DefineYaml(server.BaseUrl, oldestFirst ? Ascending : Descending));
        Assert.Equal(Enumerable.Range(0, 95).Select(at => $"{at}").Order(), ids.Distinct().Order());
        Assert.InRange(pull.Pages, 10, 25);
    }

    [Fact]
    public async Task A_poll_without_events_is_one_request()
    {
        await using var server = await ScriptedServer.StartAsync(request => Answer(request, [], oldestFirst: true, inclusive: true));
        await using var pull = new Pull();
        Assert.Empty((await pull.DrainAsync(Pull.DefineYaml(server.BaseUrl, Ascending))).Ids);
        Assert.Equal("/logs?from=1767225600&to=1769904000", Assert.Single(server.Requests).PathAndQuery);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_full_page_of_one_instant_fails_rather_than_end_the_window(bool oldestFirst)
    {
        long[] times = [.. Enumerable.Repeat(Pull.From.AddSeconds(90).ToUnixTimeMilliseconds(), 30)];
        await using var server = await ScriptedServer.StartAsync(request => Answer(request, times, oldestFirst, inclusive: true));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(server.BaseUrl, oldestFirst ? Ascending : Descending);
        var first = Assert.IsType<PageResult.Page>(await pull.AskAsync(source));
        first.Content.Dispose();
        Assert.StartsWith(
            "Failed 200: all 10 events of a full page lie within paging.overlap (1s) of the edge of what was read",
            Pull.Tell(await pull.AskAsync(source, first.End.Cursor)),
            StringComparison.Ordinal);
    }

    /// <summary>The template promises one order, the vendor gives the other: what the full page left out stands where nothing leads.</summary>
    [Theory]
    [InlineData(true, "newest")]
    [InlineData(false, "oldest")]
    public async Task A_full_page_in_the_other_order_fails_rather_than_lead_past_the_rest(bool promisesOldestFirst, string found)
    {
        long[] times = [.. Enumerable.Range(60, 30).Select(second => Pull.From.AddSeconds(second).ToUnixTimeMilliseconds())];
        await using var server = await ScriptedServer.StartAsync(request => Answer(request, times, !promisesOldestFirst, inclusive: true));
        await using var pull = new Pull();
        Assert.StartsWith(
            $"Failed 200: events come {found} first on a full page, where the template promises the other order",
            Pull.Tell(await pull.AskAsync(Pull.DefineYaml(server.BaseUrl, promisesOldestFirst ? Ascending : Descending))),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_of_the_far_future_does_not_lead_past_the_others()
    {
        long[] times = [.. Enumerable.Range(60, 30).Select(second => Pull.From.AddSeconds(second).ToUnixTimeMilliseconds())];
        await using var server = await ScriptedServer.StartAsync(request =>
        {
            var page = Answer(request, times, oldestFirst: true, inclusive: true);
            return page with { Body = page.Body.Replace("[", $$"""[{"id":"far","at":{{DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()}}},""", StringComparison.Ordinal) };
        });
        await using var pull = new Pull();
        var (ids, _) = await pull.DrainAsync(Pull.DefineYaml(server.BaseUrl, Ascending));
        Assert.Equal(31, ids.Distinct().Count());
    }

    [Fact]
    public async Task A_cursor_of_another_kind_of_paging_is_dropped()
    {
        await using var pull = new Pull();
        var result = await pull.AskAsync(Pull.DefineYaml("https://api.acme.example", Ascending), "opaque");
        Assert.True(Assert.IsType<PageResult.Refused>(result).IsOfCursor);
    }

    [Theory]
    [InlineData("paging: { kind: time-advance }", "paging.kind: leaves events out unless they come oldest first: say 'order: ascending' if the vendor promises that, else choose another.")]
    [InlineData("order: ascending\npaging: { kind: time-advance, moves: to }", "paging.kind: leaves events out unless they come newest first: say 'order: descending' if the vendor promises that, else choose another.")]
    [InlineData("order: ascending\npaging: { kind: page, stop: before-window }", "paging.stop: leaves events out unless they come newest first: say 'order: descending' if the vendor promises that, else choose another.")]
    public void What_relies_on_an_order_must_be_promised_it(string part, string expected) =>
        Assert.Equal(expected, Assert.Single(Problems($"baseUrl: https://a.example\nrequest: {{ query: {{ a: '{{from}}', b: '{{to}}'{(part.Contains("page,", StringComparison.Ordinal) ? ", p: '{page}'" : "")} }} }}\ntime: at\n{part}")));

    [Fact]
    public void The_bound_that_moves_must_be_sent() =>
        Assert.StartsWith("request.query: sends no {from}", Assert.Single(Problems("baseUrl: https://a.example\ntime: at\norder: ascending\npaging: { kind: time-advance }")), StringComparison.Ordinal);

    [Theory]
    [InlineData(25, 3)] // 25 events are newer than the window's start: the third page reaches beyond it
    [InlineData(0, 1)]
    public async Task A_list_without_bounds_is_read_down_to_the_window(int newer, int pages)
    {
        // Newest first, one a minute.
        var start = Pull.From.AddMinutes(newer);
        await using var server = await ListAsync(int.MaxValue, at => start.AddMinutes(-at).AddSeconds(-1));
        await using var pull = new Pull();
        var (ids, _) = await pull.DrainAsync(Pull.DefineYaml(server.BaseUrl, DownToTheWindow));
        Assert.Equal(pages, pull.Pages);
        Assert.Equal(pages * 10, ids.Count);
    }

    /// <summary>Some vendors write 1970 for no time, and some events are listed late: one of them at the end of a page is not the end of the window.</summary>
    [Theory]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("2025-12-24T00:00:00Z")]
    public async Task One_odd_time_at_the_end_of_a_page_does_not_end_a_list_without_bounds(string odd)
    {
        var start = Pull.From.AddMinutes(25);
        await using var server = await ListAsync(int.MaxValue, at => at == 9 ? DateTimeOffset.Parse(odd, CultureInfo.InvariantCulture) : start.AddMinutes(-at).AddSeconds(-1));
        await using var pull = new Pull();
        var (ids, _) = await pull.DrainAsync(Pull.DefineYaml(server.BaseUrl, DownToTheWindow));
        Assert.Equal((3, 30), (pull.Pages, ids.Count));
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(0.5)]
    public async Task An_event_that_is_listed_late_moves_the_end_of_the_window_over_no_other(double hours)
    {
        // Newest first, one a minute; the fifth happened long before it was listed.
        await using var server = await ScriptedServer.StartAsync(request =>
        {
            var to = long.Parse(request.PathAndQuery.Split("to=")[1].Split('&')[0], CultureInfo.InvariantCulture) * 1000;
            var listed = Enumerable.Range(0, 25).Select(id => (Id: id, At: Pull.From.AddMinutes(120 - id).ToUnixTimeMilliseconds())).Where(one => one.At <= to).Take(10);
            var events = listed.Select(one => $$"""{"id":"{{one.Id}}","at":{{(one.Id == 4 ? Pull.From.AddHours(hours).ToUnixTimeMilliseconds() : one.At)}}}""");
            return new(200, $$"""{"data":[{{string.Join(',', events)}}]}""");
        });
        await using var pull = new Pull();
        var (ids, _) = await pull.DrainAsync(Pull.DefineYaml(server.BaseUrl, Descending));
        Assert.Equal(25, ids.Distinct().Count());
    }

    /// <summary>The template promises newest first, the vendor lists oldest first: what is new stands on the last page.</summary>
    [Fact]
    public async Task A_list_that_is_not_newest_first_is_read_to_its_end()
    {
        var oldest = Pull.From.AddMinutes(-20);
        await using var server = await ListAsync(3, at => oldest.AddMinutes(at));
        await using var pull = new Pull();
        var (ids, _) = await pull.DrainAsync(Pull.DefineYaml(server.BaseUrl, DownToTheWindow));
        Assert.Equal(30, ids.Count);
    }

    [Fact]
    public async Task Bounds_may_count_back_from_now()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, "[]"));
        await using var pull = new Pull(new("2026-01-01T01:00:00.5Z"));
        var source = Pull.DefineYaml(server.BaseUrl, """
            request: { path: /x, query: { s: "{from:seconds-ago}", m: "{from:minutes-ago}", h: "{from:hours-ago}", d: "{from:days-ago}", e: "{to:seconds-ago}" } }
            time: at
            """);
        Assert.IsType<PageResult.Page>(await pull.AskAsync(source)).Content.Dispose();
        Assert.Equal("/x?s=3601&m=61&h=2&d=1&e=0", Assert.Single(server.Requests).PathAndQuery);
    }

    [Fact]
    public async Task A_range_that_was_asked_for_is_a_page()
    {
        await using var server = await ScriptedServer.StartAsync(request => request.Header("Range") == "id ]b..; max=2"
            ? new(200, """[{"id":"c","at":"2026-01-01T00:00:00Z"}]""")
            : new(206, """[{"id":"a","at":"2026-01-01T00:00:00Z"},{"id":"b","at":"2026-01-01T00:00:00Z"}]""", ("Next-Range", "id ]b..; max=2")));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(server.BaseUrl, """
            request: { path: /x, headers: { Range: "{cursor?}" } }
            paging: { kind: cursor, header: Next-Range }
            id: id
            time: at
            limits: { pageSize: 2 }
            """);
        Assert.Equal(["a", "b", "c"], (await pull.DrainAsync(source)).Ids);
    }

    private static IReadOnlyList<string> Problems(string definition) => Pull.ProblemsOf(("definition", definition));

    // So many pages of ten events each, whatever the window.
    private static Task<ScriptedServer> ListAsync(int pages, Func<int, DateTimeOffset> timeOf) => ScriptedServer.StartAsync(request =>
    {
        var page = int.Parse(request.PathAndQuery.Split("page=")[1], CultureInfo.InvariantCulture);
        var events = Enumerable.Range(page * 10, page < pages ? 10 : 0).Select(at => $$"""{"id":{{at}},"at":{{timeOf(at).ToUnixTimeMilliseconds()}}}""");
        return new(200, $$"""{"data":[{{string.Join(',', events)}}]}""");
    });

    // Ten events of the window at most, in order; bounds in whole seconds.
    private static ScriptedServer.Reply Answer(ScriptedServer.Seen request, long[] times, bool oldestFirst, bool inclusive)
    {
        long Bound(string name) => long.Parse(request.PathAndQuery.Split($"{name}=")[1].Split('&')[0], CultureInfo.InvariantCulture) * 1000;
        var (from, to) = (Bound("from"), Bound("to"));
        var inside = times.Select((at, id) => (at, id)).Where(one => inclusive ? one.at >= from && one.at <= to : one.at > from && one.at < to);
        var ordered = oldestFirst ? inside.OrderBy(one => one.at) : inside.OrderByDescending(one => one.at);
        return new(200, $$"""{"data":[{{string.Join(',', ordered.Take(10).Select(one => $$"""{"id":"{{one.id}}","at":{{one.at}}}"""))}}]}""");
    }
}
