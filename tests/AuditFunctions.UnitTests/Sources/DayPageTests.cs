using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>Vendors whose requests must stay within one UTC day.</summary>
public sealed class DayPageTests
{
    private const string Definition = """
        request: { path: /x, query: { from: "{from}", to: "{to}", page: "{cursor}" } }
        paging: { kind: cursor, path: next }
        events: { path: events }
        timing: { withinDay: true }
        id: id
        time: at
        """;

    [Fact]
    public async Task A_window_is_read_day_by_day_and_each_day_page_by_page()
    {
        await using var vendor = await ScriptedServer.StartAsync(seen => new(200, seen.PathAndQuery.Contains("from=2026-01-01", StringComparison.Ordinal) && !seen.PathAndQuery.Contains("page=", StringComparison.Ordinal)
            ? """{"events":[{"id":1,"at":"2026-01-01T20:00:00Z"}],"next":"a~b"}""" : """{"events":[],"next":null}"""));
        await using var pull = new Pull();
        var (cursor, ends) = ((string?)null, new List<string?>());
        var source = Pull.DefineYaml(vendor.BaseUrl, Definition);
        var query = new PageQuery(new(2026, 1, 1, 18, 0, 0, TimeSpan.Zero), new(2026, 1, 3, 6, 0, 0, TimeSpan.Zero), null);
        while (true)
        {
            var page = Assert.IsType<PageResult.Page>(await pull.Client.GetPageAsync(source, query with { Cursor = cursor }, CancellationToken.None));
            page.Content.Dispose();
            ends.Add(page.End.Cursor);
            if (page.End.IsLast)
            {
                break;
            }

            cursor = page.End.Cursor;
        }

        Assert.Equal(
            [
                "/x?from=2026-01-01T18%3A00%3A00.000Z&to=2026-01-01T23%3A59%3A59.999Z",
                "/x?from=2026-01-01T18%3A00%3A00.000Z&to=2026-01-01T23%3A59%3A59.999Z&page=a~b",
                "/x?from=2026-01-02T00%3A00%3A00.000Z&to=2026-01-02T23%3A59%3A59.999Z",
                "/x?from=2026-01-03T00%3A00%3A00.000Z&to=2026-01-03T06%3A00%3A00.000Z",
            ],
            vendor.Requests.Select(request => request.PathAndQuery));
        Assert.Equal(["20260101~a~b", "20260102~", "20260103~", null], ends);
    }

    [Fact]
    public async Task A_day_that_is_full_and_names_no_next_page_is_to_be_asked_for_again()
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, """{"events":[{"id":1,"at":"2026-01-01T20:00:00Z"},{"id":2,"at":"2026-01-01T20:00:00Z"}]}"""));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, Definition.Replace("path: next", "path: next, stop: no-cursor", StringComparison.Ordinal) + "\nlimits: { pageSize: 2 }");
        var query = new PageQuery(new(2026, 1, 1, 18, 0, 0, TimeSpan.Zero), new(2026, 1, 2, 6, 0, 0, TimeSpan.Zero), null);
        var page = Assert.IsType<PageResult.Page>(await pull.Client.GetPageAsync(source, query, CancellationToken.None));
        page.Content.Dispose();

        Assert.Equal(("20260102~", false, 2), (page.End.Cursor, page.End.IsLast, page.End.FullPage));
    }

    // Days tile the window: no instant of it is left out but the grain before midnight, and none is asked for twice.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 3600)]
    [InlineData(86_399, 86_400)]
    [InlineData(86_400, 172_800)]
    [InlineData(43_200, 400_000)]
    public async Task Days_tile_the_window(int from, int to)
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, """{"events":[],"next":null}"""));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, Definition.Replace("{from}", "{from:unix-s}", StringComparison.Ordinal).Replace("{to}", "{to:unix-s}", StringComparison.Ordinal)
            .Replace("withinDay: true", "withinDay: true, granularity: 1s", StringComparison.Ordinal));
        var (start, cursor, isLast) = (new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), (string?)null, false);
        while (!isLast)
        {
            var page = Assert.IsType<PageResult.Page>(await pull.Client.GetPageAsync(source, new PageQuery(start.AddSeconds(from), start.AddSeconds(to), cursor), CancellationToken.None));
            page.Content.Dispose();
            (cursor, isLast) = (page.End.Cursor, page.End.IsLast);
        }

        var asked = vendor.Requests.Select(request => request.PathAndQuery.Split('?', '&')).Select(parts => (
            From: long.Parse(parts[1]["from=".Length..], null) - start.ToUnixTimeSeconds(), To: long.Parse(parts[2]["to=".Length..], null) - start.ToUnixTimeSeconds())).ToList();
        // Midnight belongs to the next day: a bound there would cross it.
        Assert.Equal((from, to > 0 && to % 86_400 == 0 ? to - 1 : to), (asked[0].From, asked[^1].To));
        Assert.All(asked, one => Assert.Equal(one.From / 86_400, one.To / 86_400));
        Assert.All(asked.Zip(asked.Skip(1)), pair => Assert.Equal(pair.First.To + 1, pair.Second.From));
    }

    [Fact]
    public async Task A_cursor_of_the_time_before_is_given_up()
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, "[]"));
        await using var pull = new Pull();
        var refused = Assert.IsType<PageResult.Refused>(await pull.AskAsync(Pull.DefineYaml(vendor.BaseUrl, Definition), "abc"));
        Assert.True(refused.IsOfCursor);
        Assert.Empty(vendor.Requests);
    }

    [Theory]
    [InlineData("order: descending")]
    [InlineData("progress: cursor")]
    [InlineData("job: { submit: { path: /a }, handle: h, poll: { path: \"/a/{job.handle}\" } }")]
    public void What_cannot_be_read_day_by_day_is_refused(string part) => Assert.Contains(
        Pull.ProblemsOf(("definition", $"baseUrl: https://acme.example\n{Definition}\n{part}")),
        found => found.StartsWith("timing.withinDay: is for windows that are read day by day", StringComparison.Ordinal));
}
