using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>Cursors that are changed before they are sent, cursors of several values, and what else a request may carry.</summary>
public sealed class CursorValueTests
{
    private const string ByHeader = """
        request: { path: /x, query: { c: "{cursor}" } }
        paging: { kind: cursor, header: X-Next, cut: "handle=", decode: percent, stop: no-cursor }
        time: at
        """;

    private const string Keyset = """
        request: { path: /x }
        next: { path: /x, headers: { X-Pit: "{cursor.pit}", X-After: "{cursor.after}" } }
        paging: { kind: keyset, values: { pit: p, after: a } }
        events: { path: data }
        time: at
        """;

    [Theory]
    [InlineData("handle=a%2Bb", "Page of 1, then a+b")]
    [InlineData("handle=", "Page of 1")]
    [InlineData("a%2Bb", "Refused 0: what names the next page does not start with 'handle='; check paging.cut.")]
    public async Task What_stands_in_front_of_a_token_is_cut_off_and_the_token_decoded(string header, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, """[{"at":1}]""", ("X-Next", header)));
        await using var pull = new Pull();
        var result = await pull.AskAsync(Pull.DefineYaml(server.BaseUrl, ByHeader));
        var next = result is PageResult.Page { End.Cursor: { } cursor } ? $", then {cursor}" : "";
        Assert.StartsWith(expected, Pull.Tell(result) + next, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"p":"p \"1\"","a":[17,"x"],"data":[{"at":1}]}""", "p \"1\"", "[17,\"x\"]")]
    [InlineData("""{"p":12345678901234567890,"a":"<&>","data":[{"at":1}]}""", "12345678901234567890", "<&>")]
    public async Task Values_of_a_keyset_are_sent_as_they_came(string page, string pit, string after)
    {
        var seen = new List<ScriptedServer.Seen>();
        await using var server = await ScriptedServer.StartAsync(one =>
        {
            seen.Add(one);
            return seen.Count == 1 ? new(200, page) : new(200, """{"p":"p","a":null,"data":[]}""");
        });
        await using var pull = new Pull();
        var source = Pull.DefineYaml(server.BaseUrl, Keyset);
        var first = Assert.IsType<PageResult.Page>(await pull.AskAsync(source));
        Assert.False(first.End.IsLast);
        var last = Assert.IsType<PageResult.Page>(await pull.AskAsync(source, first.End.Cursor));
        Assert.True(last.End.IsLast);
        Assert.Equal(pit, seen[1].Header("X-Pit"));
        Assert.Equal(after, seen[1].Header("X-After"));
        first.Content.Dispose();
        last.Content.Dispose();
    }

    [Theory]
    [InlineData("""{"p":"p","data":[{"at":1},{"at":2}]}""", "Failed 200: nothing stands at 'p', 'a', where the next page is named, though the page is full")]
    [InlineData("""{"p":"p","data":[{"at":1}]}""", "Page of 1")]
    [InlineData("""{"p":null,"a":null,"data":[{"at":1},{"at":2}]}""", "Page of 2")]
    public async Task A_full_page_that_lacks_one_of_the_values_is_not_taken_for_the_last(string page, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, page));
        await using var pull = new Pull();
        var result = await pull.AskAsync(Pull.DefineYaml(server.BaseUrl, Keyset + "\nlimits: { pageSize: 2 }"));
        Assert.StartsWith(expected, Pull.Tell(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cursor_that_was_kept_by_another_kind_is_given_up()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, """{"p":null,"a":null,"data":[]}"""));
        await using var pull = new Pull();
        var refused = Assert.IsType<PageResult.Refused>(await pull.AskAsync(Pull.DefineYaml(server.BaseUrl, Keyset), "17"));
        Assert.True(refused.IsOfCursor);
    }

    [Theory]
    [InlineData("""{"pages":2,"data":[{"at":1}]}""", null, "Page of 1, then 2")]
    [InlineData("""{"pages":2,"data":[{"at":1}]}""", "2", "Page of 1")]
    [InlineData("""{"pages":0,"data":[]}""", null, "Page of 0")]
    [InlineData("""{"pages":3,"data":[]}""", "2", "Failed 200: the vendor says that there are 3 pages, this is page 2, but the page is empty")]
    public async Task The_page_whose_number_is_that_of_the_pages_is_the_last(string page, string? cursor, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, page));
        await using var pull = new Pull();
        var result = await pull.AskAsync(
            Pull.DefineYaml(server.BaseUrl, "request: { path: /x, query: { p: '{page}' } }\npaging: { kind: page, stop: { pages: pages } }\nevents: { path: data }\ntime: at"), cursor);
        var next = result is PageResult.Page { End: { IsLast: false, Cursor: { } following } } ? $", then {following.Split(';')[0]}" : "";
        Assert.Equal(expected, (Pull.Tell(result) + next)[..Math.Min(expected.Length, (Pull.Tell(result) + next).Length)]);
    }

    [Theory]
    [InlineData(null, 202, """{"links":[{"href":"/query/1"}],"events":[{"at":1}]}""", "Page of 0, kept, then /query/1")]
    [InlineData("/query/1", 202, """{"links":[{"href":"/query/2"}]}""", "Page of 0, kept, then /query/2")]
    [InlineData("/query/1", 202, """{"links":[{"href":"/query/1"}]}""", "Throttled 202, 5 s")]
    [InlineData("/query/1", 202, """{"links":[]}""", "Failed 202: the vendor answered 202, and nothing stands at 'links[0].href', where the page will be")]
    [InlineData("/query/1", 202, "", "Failed 202: the vendor answered 202, and nothing that says where the page will be")]
    [InlineData("/query/1", 200, """{"events":[{"at":1}],"links":[{"href":"/query/3"}]}""", "Page of 1, then /query/3")]
    [InlineData("/query/3", 200, """{"events":[{"at":1}]}""", "Page of 1")]
    public async Task A_page_that_is_not_ready_is_asked_for_later_where_the_vendor_says(string? cursor, int status, string body, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(status, body));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(
            server.BaseUrl, "request: { path: /x }\npaging: { kind: next-url, path: 'links[0].href', stop: no-cursor, pending: 5s }\nevents: { path: events }\ntime: at");
        var result = await pull.AskAsync(source, cursor);
        var more = result is PageResult.Page page ? (page.MustKeep ? ", kept" : "") + (page.End.IsLast ? "" : $", then {page.End.Cursor}") : "";
        Assert.Equal(expected, Pull.Tell(result) + more);
        (result as PageResult.Page)?.Content.Dispose();
    }

    [Fact]
    public async Task A_text_body_is_sent_as_it_stands_and_a_uuid_is_the_same_in_one_request_only()
    {
        var seen = new List<ScriptedServer.Seen>();
        await using var server = await ScriptedServer.StartAsync(one =>
        {
            seen.Add(one);
            return new(200, "[]");
        });
        await using var pull = new Pull();
        var source = Pull.DefineYaml(server.BaseUrl, "request: { method: POST, path: /x, headers: { X-Id: '{uuid}' }, bodyFormat: text, body: '[a: {uuid}' }\ntime: at");
        await pull.AskAsync(source);
        await pull.AskAsync(source);
        Assert.Equal("text/plain", seen[0].Header("Content-Type"));
        Assert.All(seen, one => Assert.Equal($"[a: {one.Header("X-Id")}", one.Body));
        Assert.All(seen, one => Assert.True(Guid.TryParseExact(one.Header("X-Id"), "D", out _)));
        Assert.NotEqual(seen[0].Body, seen[1].Body);
    }

    [Theory]
    [InlineData("", "AuditFunctions")]
    [InlineData(", headers: { User-Agent: acme }", "acme")]
    public async Task A_request_says_who_asks(string headers, string expected)
    {
        string? seen = null;
        await using var server = await ScriptedServer.StartAsync(one =>
        {
            seen = one.Header("User-Agent");
            return new(200, "[]");
        });
        await using var pull = new Pull();
        await pull.AskAsync(Pull.DefineYaml(server.BaseUrl, $"request: {{ path: /x{headers} }}\ntime: at"));
        Assert.Equal(expected, seen);
    }
}
