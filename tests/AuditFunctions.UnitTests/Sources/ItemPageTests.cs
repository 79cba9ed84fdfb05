using System.Text.Json;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Expansion;
using AuditFunctions.Tests.Support;
using static AuditFunctions.Tests.Support.ScriptedServer;

namespace AuditFunctions.Tests.Sources;

/// <summary>Lists that are no JSON, and items whose answers have pages of their own.</summary>
public sealed class ItemPageTests
{
    private const string Threats = """
        request: { path: /threats, query: { page: "{page}" } }
        paging: { kind: page, path: next }
        expand:
          path: threats
          request: { path: "/threats/{item.id}", query: { page: "{page}" } }
          paging: { kind: page, path: next }
          add: { threat: id }
        events: { path: messages }
        id: m
        time: at
        """;

    private static readonly Dictionary<string, Func<Seen, Reply>> Paged = new()
    {
        ["/threats?page=1"] = _ => new(200, """{"threats":[{"id":"a"},{"id":"b"},{"id":"c"}],"next":2}"""),
        ["/threats?page=2"] = _ => new(200, """{"threats":[{"id":"d"}],"next":null}"""),
        ["/threats/a?page=1"] = _ => new(200, Messages("2", "a1")),
        ["/threats/a?page=2"] = _ => new(200, Messages("3", "a2", "a3")),
        ["/threats/a?page=3"] = _ => new(200, Messages("null", "a4")),
        ["/threats/b?page=1"] = _ => new(200, Messages("null", "b1")),
        ["/threats/c?page=1"] = _ => new(200, Messages("2", "c1")),
        ["/threats/c?page=2"] = _ => new(200, Messages("null", "c2")),
        ["/threats/d?page=1"] = _ => new(200, Messages("null", "d1")),
    };

    [Fact]
    public async Task Every_page_of_every_item_is_read()
    {
        await using var vendor = await VendorAsync(Paged);
        await using var pull = new Pull();
        await using var pages = new ExpandedPages(pull.Client, pull.Time);
        Assert.Equal(["a1", "a2", "a3", "a4", "b1", "c1", "c2", "d1"], await DrainAsync(pages, Pull.DefineYaml(vendor.BaseUrl, Threats)));
        Assert.Equal(vendor.Requests.Count, vendor.Requests.Select(request => request.PathAndQuery).Distinct().Count());
    }

    // Whoever goes on, at any cursor, reads what is left, and only that.
    [Fact]
    public async Task It_goes_on_at_the_page_of_the_item()
    {
        await using var vendor = await VendorAsync(Paged);
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, Threats);
        var (cursor, ids, isLast) = ((string?)null, new List<string>(), false);
        while (!isLast)
        {
            await using var anew = new ExpandedPages(pull.Client, pull.Time);
            var page = Assert.IsType<PageResult.Page>(await anew.GetPageAsync(source, Query(cursor), CancellationToken.None));
            ids.AddRange(IdsOf(page));
            page.Content.Dispose();
            (cursor, isLast) = (page.End.Cursor, page.End.IsLast);
        }

        Assert.Equal(["a1", "a2", "a3", "a4", "b1", "c1", "c2", "d1"], ids);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(400)]
    public async Task Next_page_of_an_item_that_is_refused_is_no_item_that_is_gone(int status)
    {
        var answers = new Dictionary<string, Func<Seen, Reply>>(Paged) { ["/threats/a?page=2"] = _ => new(status, "") };
        await using var vendor = await VendorAsync(answers);
        await using var pull = new Pull();
        await using var pages = new ExpandedPages(pull.Client, pull.Time);
        var source = Pull.DefineYaml(vendor.BaseUrl, Threats);
        var first = Assert.IsType<PageResult.Page>(await pages.GetPageAsync(source, Query(null), CancellationToken.None));
        first.Content.Dispose();
        var refused = Assert.IsType<PageResult.Refused>(await pages.GetPageAsync(source, Query(first.End.Cursor), CancellationToken.None));
        Assert.True(refused is { IsOfCursor: true, IsGone: false, IsOfItem: false }, refused.Reason);
        Assert.StartsWith("the next page of item 1 of the list: ", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_holds_others_now_is_read_from_its_start()
    {
        var answers = new Dictionary<string, Func<Seen, Reply>>(Paged);
        await using var vendor = await VendorAsync(answers);
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, Threats);
        string? cursor;
        await using (var pages = new ExpandedPages(pull.Client, pull.Time))
        {
            var first = Assert.IsType<PageResult.Page>(await pages.GetPageAsync(source, Query(null), CancellationToken.None));
            first.Content.Dispose();
            cursor = first.End.Cursor;
        }

        // The item in the middle of which it stopped is another one now.
        answers["/threats?page=1"] = _ => new(200, """{"threats":[{"id":"b"},{"id":"a"}],"next":null}""");
        await using var anew = new ExpandedPages(pull.Client, pull.Time);
        Assert.Equal(["b1", "a1", "a2", "a3", "a4"], await DrainAsync(anew, source, cursor));
    }

    [Fact]
    public async Task Pages_of_an_item_that_never_end_stop_the_source()
    {
        var answers = new Dictionary<string, Func<Seen, Reply>>
        {
            ["/threats?page=1"] = _ => new(200, """{"threats":[{"id":"a"}],"next":null}"""),
        };
        await using var vendor = await StartAsync(seen => answers.TryGetValue(seen.PathAndQuery, out var answer)
            ? answer(seen)
            : new(200, $$"""{"messages":[{"m":"{{seen.PathAndQuery}}","at":"2026-01-01T00:00:00Z"}],"next":{{int.Parse(seen.PathAndQuery.Split('=')[1], null) + 1}}}"""));
        await using var pull = new Pull();
        await using var pages = new ExpandedPages(pull.Client, pull.Time);
        var source = Pull.DefineYaml(vendor.BaseUrl, Threats);
        var (cursor, count) = ((string?)null, 0);
        while (true)
        {
            var result = await pages.GetPageAsync(source, Query(cursor), CancellationToken.None);
            if (result is PageResult.Page page)
            {
                page.Content.Dispose();
                (cursor, count) = (page.End.Cursor, count + 1);
                continue;
            }

            Assert.Equal(ExpandDefinition.MaxItemPages - 1, count);
            Assert.Contains("its answer has more than 1,000 pages", Assert.IsType<PageResult.Failed>(result).Reason, StringComparison.Ordinal);
            return;
        }
    }

    [Theory]
    [InlineData("""<list><s lsid="a"><n>1</n></s><s lsid="b"/></list>""", "list: { format: xml, path: list.s }\n  request: { path: \"/i/{item.@lsid}\" }")]
    [InlineData("a\r\n\r\nb\n", "list: { format: lines }\n  request: { path: \"/i/{item.line}\" }")]
    [InlineData("name,x\na,1\nb,2\n", "list: { format: csv }\n  request: { path: \"/i/{item.name}\" }")]
    [InlineData("{\"f\":\"a\"}\n{\"f\":\"b\"}\n", "list: { format: json-lines }\n  request: { path: \"/i/{item.f}\" }")]
    [InlineData("a|b", "list: { format: script, code: \"function page(body) { return body.split('|').map(f => ({ f })) }\" }\n  request: { path: \"/i/{item.f}\" }")]
    public async Task The_list_may_be_of_any_format(string answer, string expand)
    {
        await using var vendor = await VendorAsync(new()
        {
            ["/list"] = _ => new(200, answer),
            ["/i/a"] = _ => new(200, """[{"m":"a1"}]"""),
            ["/i/b"] = _ => new(200, """[{"m":"b1"}]"""),
        });
        await using var pull = new Pull();
        await using var pages = new ExpandedPages(pull.Client, pull.Time);
        Assert.Equal(["a1", "b1"], await DrainAsync(pages, Pull.DefineYaml(vendor.BaseUrl, $"request: {{ path: /list }}\nexpand:\n  {expand}\nid: m\ntime: at")));
    }

    [Fact]
    public async Task Lines_of_an_answer_are_events()
    {
        await using var vendor = await StartAsync(_ => new(200, "CEF:0|x|\"y\"|start=1769853600123\r\n\n  \nsecond\\line"));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, """
            request: { path: /x }
            events: { format: lines }
            time: { format: script, code: "function time(event) { const at = /start=(\\d+)/.exec(event.line); return at && Number(at[1]) }" }
            """);
        var page = Assert.IsType<PageResult.Page>(await pull.AskAsync(source));
        Assert.Equal(["""{"line":"CEF:0|x|\"y\"|start=1769853600123"}""", """{"line":"second\\line"}"""], Pull.Events(page));
        Assert.True(source.Reading.TryReadTime(page.Content.Bytes.Span, page.Content.Cut, 0, out var at));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1769853600123), at);
        page.Content.Dispose();
    }

    [Theory]
    [InlineData("path: a, list: { format: xml, path: a.b }", "expand.path (line 4): stands beside 'list': say it there")]
    [InlineData("optional: true, list: { format: lines }", "expand.optional (line 4): stands beside 'list': say it there")]
    [InlineData("list: { format: xml }", "expand.list.path: must name the elements from the root on")]
    [InlineData("list: { format: lines, path: a }", "expand.list.path (line 4): is not known here")]
    [InlineData("paging: { kind: page }", "expand.request: sends no {page}, so that every page of an item would be the first one again.")]
    [InlineData("paging: { kind: cursor, path: n }, number: row", "expand.number (line 4): cannot stand beside 'expand.paging'")]
    [InlineData("paging: { kind: server-position, next: n, again: a }", "expand.paging: goes by time, by a position that the vendor keeps or by 'pending'")]
    [InlineData("paging: { kind: nope }", "expand.paging.kind (line 4): is 'nope'; allowed: ")]
    public void What_cannot_run_is_refused_where_it_is_written(string expand, string problem) => Assert.Contains(
        Pull.ProblemsOf(("definition", $"baseUrl: https://acme.example\nrequest: {{ path: /x }}\ntime: at\nexpand: {{ {expand}, request: {{ path: \"/{{item.id}}\" }} }}")),
        found => found.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void Place_of_a_page_that_no_item_has_is_for_items_with_pages_only() => Assert.Contains(
        Pull.ProblemsOf(("definition", "baseUrl: https://acme.example\nrequest: { path: /x }\ntime: at\nexpand: { request: { path: \"/{item.id}\", query: { p: \"{page}\" } } }")),
        found => found.Contains("which is of the list and has no value for an item", StringComparison.Ordinal));

    private static string Messages(string next, params string[] ids) =>
        $$"""{"messages":{{JsonSerializer.Serialize(ids.Select(m => new { m, at = "2026-01-01T00:00:00Z" }))}},"next":{{next}}}""";

    private static Task<ScriptedServer> VendorAsync(Dictionary<string, Func<Seen, Reply>> answers) =>
        StartAsync(seen => answers.TryGetValue(seen.PathAndQuery, out var answer) ? answer(seen) : new(500, ""));

    private static PageQuery Query(string? cursor) => new(Pull.From, Pull.From.AddDays(31), cursor);

    private static IEnumerable<string> IdsOf(PageResult.Page page) => Pull.Events(page).Select(text => JsonDocument.Parse(text).RootElement.GetProperty("m").ToString());

    private static async Task<List<string>> DrainAsync(ExpandedPages pages, SourceDefinition source, string? cursor = null)
    {
        var ids = new List<string>();
        for (var count = 0; count < 100; count++)
        {
            var result = await pages.GetPageAsync(source, Query(cursor), CancellationToken.None);
            Assert.True(result is PageResult.Page, (result as PageResult.Failed)?.Reason ?? (result as PageResult.Refused)?.Reason);
            var page = (PageResult.Page)result;
            ids.AddRange(IdsOf(page));
            page.Content.Dispose();
            if (page.End.IsLast)
            {
                return ids;
            }

            cursor = page.End.Cursor;
        }

        throw new InvalidOperationException("The window never ends.");
    }
}
