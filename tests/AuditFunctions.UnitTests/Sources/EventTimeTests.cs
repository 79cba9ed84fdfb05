using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Expansion;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>Times that stand at one of several paths, or that a script says.</summary>
public sealed class EventTimeTests
{
    [Theory]
    [InlineData("""{"id":1,"at":"2026-01-02T00:00:00Z","created":"2026-01-01T00:00:00Z"}""", "2026-01-02T00:00:00Z")]
    [InlineData("""{"id":1,"created":"2026-01-01T00:00:00Z"}""", "2026-01-01T00:00:00Z")]
    [InlineData("""{"id":1,"at":null,"created":"2026-01-01T00:00:00Z"}""", "2026-01-01T00:00:00Z")]
    [InlineData("""{"id":1,"at":"","created":"2026-01-01T00:00:00Z"}""", "2026-01-01T00:00:00Z")]
    [InlineData("""{"id":1,"at":null,"created":null,"x":{"t":"2026-01-03T00:00:00Z"}}""", "2026-01-03T00:00:00Z")]
    [InlineData("""{"id":1,"at":"nonsense","created":"2026-01-01T00:00:00Z"}""", null)] // what is there and wrong is not passed over
    [InlineData("""{"id":1}""", null)]
    public async Task The_first_path_that_has_something_says_the_time(string json, string? time) =>
        Assert.Equal([time is null ? null : DateTimeOffset.Parse(time, null)], await TimesAsync("time: [at, created, x.t]", $"[{json}]"));

    [Fact]
    public async Task Several_paths_share_a_format() => Assert.Equal(
        [DateTimeOffset.UnixEpoch.AddSeconds(7), DateTimeOffset.UnixEpoch.AddSeconds(8)],
        await TimesAsync("time: { path: [at, created], format: unix-s }", """[{"id":1,"at":7},{"id":2,"created":8}]"""));

    [Fact]
    public async Task Columns_of_a_table_that_stand_in_for_another_may_be_missing() => Assert.Equal(
        [DateTimeOffset.Parse("2026-01-01T00:00:00Z", null)],
        await TimesAsync("time: [at, created]\nevents: { format: csv }", "id,at\n1,2026-01-01T00:00:00Z\n"));

    [Fact]
    public async Task Columns_of_a_table_that_are_empty_are_passed_over() => Assert.Equal(
        [DateTimeOffset.Parse("2026-01-01T00:00:00Z", null)],
        await TimesAsync("time: [at, created]\nevents: { format: csv }", "id,at,created\n1,,2026-01-01T00:00:00Z\n"));

    [Theory]
    [InlineData("return event.d + 'T' + event.t + 'Z'", "2026-01-31T10:00:01Z")]
    [InlineData("return Date.UTC(2026, 0, 31, 10, 0, 1)", "2026-01-31T10:00:01Z")]
    [InlineData("return new Date(event.n * 1000)", "1970-01-01T00:00:07Z")]
    [InlineData("return event.n + 0.5", "1970-01-01T00:00:00.0075Z")]
    [InlineData("return null", null)]
    [InlineData("", null)]
    [InlineData("return NaN", null)]
    [InlineData("return 1e300", null)]
    [InlineData("return 'yesterday'", null)]
    public async Task The_script_says_the_time(string body, string? time) => Assert.Equal(
        [time is null ? null : DateTimeOffset.Parse(time, null)],
        await TimesAsync(Script(body), """[{"id":1,"d":"2026-01-31","t":"10:00:01","n":7}]"""));

    [Theory]
    [InlineData("return event.d + 'T' + event.t", "2026-01-30T23:00:01Z")]
    [InlineData("return event.d + 'T' + event.t + 'Z'", "2026-01-31T10:00:01Z")]
    public async Task Text_of_the_script_without_a_zone_is_read_in_the_one_that_is_named(string body, string time) => Assert.Equal(
        [DateTimeOffset.Parse(time, null)],
        await TimesAsync(Script(body).Replace("format: script", "format: script\n  zone: Australia/Sydney", StringComparison.Ordinal), """[{"id":1,"d":"2026-01-31","t":"10:00:01"}]"""));

    [Theory]
    [InlineData("return event.a.b", "time, line 1: TypeError: Cannot read properties of undefined (reading 'b')")]
    [InlineData("return {}", "time: gave back what is no Date, number (milliseconds since 1970), text in ISO 8601 or nothing")]
    [InlineData("while (true) {}", "time, line 1: ran more than 10,000 statements")]
    [InlineData("return time(event)", "a function calls itself more than 100 times deep")]
    [InlineData("return Date.now()", "time, line 1: TypeError")]
    [InlineData("return new Date()", "asked for the time, which scripts do not have")]
    public async Task A_script_that_fails_stops_the_source_and_says_where(string body, string failure)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, """[{"id":1}]"""));
        await using var pull = new Pull();
        var result = Pull.Tell(await pull.AskAsync(Define(server, Script(body))));
        Assert.StartsWith("Refused 0", result, StringComparison.Ordinal);
        Assert.Contains($"the script of 'time' failed: ", result, StringComparison.Ordinal);
        Assert.Contains(failure, result, StringComparison.Ordinal);
        Assert.EndsWith("; correct 'time.code' of the row's definition", result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_are_sent_on_byte_for_byte()
    {
        const string Odd = """{ "id" : 1,  "n":1.0e2,"t":"\u00e9" }""";
        await using var server = await ScriptedServer.StartAsync(_ => new(200, $"[{Odd}]"));
        await using var pull = new Pull();
        var page = Assert.IsType<PageResult.Page>(await pull.AskAsync(Define(server, Script("return event.n"))));
        Assert.Equal([Odd], Pull.Events(page));
        page.Content.Dispose();
    }

    [Fact]
    public async Task Paging_goes_by_the_times_of_the_script()
    {
        await using var server = await ScriptedServer.StartAsync(seen => new(200, seen.PathAndQuery.Contains("since=0", StringComparison.Ordinal)
            ? """[{"id":1,"s":"1"},{"id":2,"s":"60"}]""" : """[{"id":3,"s":"61"}]"""));
        await using var pull = new Pull(new("1970-01-02T00:00:00Z"));
        var source = Pull.DefineYaml(server.BaseUrl, $$"""
            request: { path: /x, query: { since: "{from:unix-s}" } }
            paging: { kind: time-advance, overlap: 0s }
            order: ascending
            limits: { pageSize: 2 }
            id: id
            {{Script("return Number(event.s) * 1000")}}
            """);
        var first = Assert.IsType<PageResult.Page>(await pull.Client.GetPageAsync(source, new PageQuery(DateTimeOffset.UnixEpoch, pull.Time.GetUtcNow(), null), CancellationToken.None));
        first.Content.Dispose();
        var second = await pull.Client.GetPageAsync(source, new PageQuery(DateTimeOffset.UnixEpoch, pull.Time.GetUtcNow(), first.End.Cursor), CancellationToken.None);
        Assert.Equal("Page of 1", Pull.Tell(second));
        Assert.Equal(["/x?since=0", "/x?since=60"], server.Requests.Select(request => request.PathAndQuery));
    }

    [Fact]
    public async Task Events_of_several_answers_keep_their_times()
    {
        await using var server = await ScriptedServer.StartAsync(seen => new(200, seen.PathAndQuery switch
        {
            "/list" => """[{"id":"a"},{"id":"b"}]""",
            "/a" => """[{"id":1,"n":1000},{"id":2}]""",
            _ => """[{"id":3,"n":3000}]""",
        }));
        await using var pull = new Pull();
        foreach (var add in (string[])["", "add: { file: id }"])
        {
            await using var pages = new ExpandedPages(pull.Client, pull.Time);
            var source = Pull.DefineYaml(server.BaseUrl, $$"""
                request: { path: /list }
                expand:
                  request: { path: "/{item.id}" }
                  {{add}}
                id: id
                {{Script("return event.n")}}
                """);
            var result = await pages.GetPageAsync(source, new PageQuery(Pull.From, pull.Time.GetUtcNow(), null), CancellationToken.None);
            Assert.True(result is PageResult.Page, (result as PageResult.Failed)?.Reason);
            var page = (PageResult.Page)result;
            Assert.Equal([DateTimeOffset.UnixEpoch.AddSeconds(1), null, DateTimeOffset.UnixEpoch.AddSeconds(3)], Times(source, page));
        }
    }

    // The same page gives the same times, whatever a page before left behind; a long page is no reason to stop.
    [Fact]
    public async Task The_same_page_gives_the_same_times()
    {
        var json = "[" + string.Join(',', Enumerable.Range(0, 2_000).Select(at => $"{{\"id\":{at}}}")) + "]";
        await using var server = await ScriptedServer.StartAsync(_ => new(200, json));
        await using var pull = new Pull();
        var source = Define(server, """
            time:
              format: script
              code: |
                let calls = 0
                function time(event) { return ++calls * 1000 + event.id }
            """);
        var pages = new List<DateTimeOffset?[]>();
        for (var time = 0; time < 3; time++)
        {
            pages.Add(Times(source, Assert.IsType<PageResult.Page>(await pull.AskAsync(source))));
        }

        Assert.Equal(2_000, pages[0].Length);
        Assert.All(pages, times => Assert.Equal(pages[0], times));
    }

    [Theory]
    [InlineData("time: { format: script }", "time.code: is missing: JavaScript with a function time(event).")]
    [InlineData("time: { format: script, code: 'function when(e) {}' }", "time.code (line 3): has no function time; write: function time(...) { ... }.")]
    [InlineData("time: { format: script, path: a, code: 'function time(e) {}' }", "time.path (line 3): is not known here")]
    [InlineData("time: { path: a, code: x }", "time.code (line 3): is not known here")]
    [InlineData("time: []", "time (line 3): is missing.")]
    [InlineData("time: [a, '']", "time (line 3): is missing.")]
    [InlineData("time: [a, 'b[']", "time (line 3): ")]
    [InlineData("id: [a]", "time: is missing.")]
    public void What_cannot_run_is_refused_where_it_is_written(string part, string problem) =>
        Assert.Contains(
            Pull.ProblemsOf(("definition", $"baseUrl: https://acme.example\nrequest: {{ path: /x }}\n{part}")),
            found => found.Contains(problem, StringComparison.Ordinal));

    private static string Script(string body) => $"time:\n  format: script\n  code: \"function time(event) {{ {body} }}\"";

    private static SourceDefinition Define(ScriptedServer server, string time) => Pull.DefineYaml(server.BaseUrl, $"request: {{ path: /x }}\nid: id\n{time}");

    private static async Task<DateTimeOffset?[]> TimesAsync(string time, string answer)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, answer));
        await using var pull = new Pull();
        var source = Define(server, time);
        return Times(source, Assert.IsType<PageResult.Page>(await pull.AskAsync(source)));
    }

    private static DateTimeOffset?[] Times(SourceDefinition source, PageResult.Page page)
    {
        using (page.Content)
        {
            return [.. Enumerable.Range(0, page.Content.Cut.Count)
                .Select(at => source.Reading.TryReadTime(page.Content.Bytes.Span, page.Content.Cut, at, out var time) ? time : (DateTimeOffset?)null)];
        }
    }
}
