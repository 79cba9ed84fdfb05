using System.IO.Compression;
using System.Text;
using System.Text.Json;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Expansion;
using AuditFunctions.Tests.Docs;
using AuditFunctions.Tests.Support;
using static AuditFunctions.Tests.Support.ScriptedServer;

namespace AuditFunctions.Tests.Sources;

/// <summary>A vendor that lists items, of which each is asked for.</summary>
#pragma warning disable CA1001 // xunit gives it back.
public sealed class ExpansionTests : IAsyncLifetime
#pragma warning restore CA1001
{
    private const string Links = """
        request: { path: /content }
        paging: { kind: next-url, header: NextPageUri, stop: no-cursor }
        expand: { request: { url: "{item.uri}" } }
        id: id
        time: at
        """;

    private readonly Pull _pull = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _pull.DisposeAsync().AsTask();

    [Fact]
    public async Task Events_are_those_of_every_item_on_every_page_of_the_list()
    {
        await using var vendor = await VendorAsync(new()
        {
            ["/content"] = seen => new(200, Items("/a", "/b"), ("NextPageUri", $"http://{seen.Header("Host")}/content?page=2")),
            ["/content?page=2"] = _ => new(200, Items("/c")),
            ["/a"] = _ => new(200, Events("a1", "a2")),
            ["/b"] = _ => new(200, "[]"),
            ["/c"] = _ => new(200, Events("c1")),
        });
        var (ids, pages) = await DrainAsync(Define(vendor, Links));

        Assert.Equal(["a1", "a2", "c1"], ids);
        Assert.Equal(2, pages);
    }

    /// <summary>The list is full and says nothing of a next page: asked for one item less, the vendor names it.</summary>
    [Theory]
    [InlineData(true, "a1 b1 c1")]
    [InlineData(false, "the vendor gave 1 and 2 events when asked for so many, and names no next page at 'NextPageUri'")]
    public async Task A_list_that_is_full_and_names_no_next_page_is_asked_for_again(bool isNamed, string expected)
    {
        const string Sized = "limits: { pageSize: 2 }\n";
        await using var vendor = await VendorAsync(new()
        {
            ["/content?n=2"] = _ => new(200, Items("/a", "/b")),
            ["/content?n=1"] = seen => isNamed ? new(200, Items("/a"), ("NextPageUri", $"http://{seen.Header("Host")}/content?page=2")) : new(200, Items("/a")),
            ["/content?page=2"] = _ => new(200, Items("/b", "/c")),
            ["/a"] = _ => new(200, Events("a1")),
            ["/b"] = _ => new(200, Events("b1")),
            ["/c"] = _ => new(200, Events("c1")),
        });
        var source = Define(vendor, Sized + Links.Replace("path: /content }", "path: /content, query: { n: '{pageSize}' } }", StringComparison.Ordinal));
        if (isNamed)
        {
            Assert.Equal(expected, string.Join(' ', (await DrainAsync(source)).Ids));
            return;
        }

        await using var answers = new ExpandedPages(_pull.Client, _pull.Time);
        var failed = Assert.IsType<PageResult.Failed>(await answers.GetPageAsync(source, new PageQuery(Pull.From, _pull.Time.GetUtcNow(), null), CancellationToken.None));
        Assert.StartsWith(expected, failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_are_sent_on_byte_for_byte()
    {
        const string Odd = """{ "id" : "a1","at":"2026-01-01T00:00:00Z",  "n":1.0e2,"t":"\u00e9" }""";
        await using var vendor = await VendorAsync(new() { ["/content"] = _ => new(200, Items("/a", "/b")), ["/a"] = _ => new(200, $"[{Odd}]"), ["/b"] = _ => new(200, Events("b1")) });
        await using var answers = new ExpandedPages(_pull.Client, _pull.Time);

        Assert.Equal(Odd, Pull.Events(await PageAsync(answers, Define(vendor, Links))).First());
    }

    [Fact]
    public async Task Page_of_the_list_without_items_is_an_empty_page()
    {
        await using var vendor = await VendorAsync(new() { ["/content"] = _ => new(200, "[]") });
        Assert.Empty((await DrainAsync(Define(vendor, Links))).Ids);
        Assert.Single(vendor.Requests);
    }

    [Fact]
    public async Task Detail_of_an_item_is_one_event_with_what_is_added_of_the_item()
    {
        await using var vendor = await VendorAsync(new()
        {
            ["/log?n=100"] = _ => new(200, """{"items":[{"_id":"a b","kind":"x","at":"2026-01-01T00:00:00Z"},{"_id":"c","kind":"y"},{"_id":"d","kind":null}]}"""),
            ["/log/a%20b"] = _ => new(200, """{"detail":{"at":"2026-01-01T00:00:01Z"}}"""),
            ["/log/c"] = _ => new(200, """{"detail":{ }}"""),
        });
        var source = Define(vendor, """
            request: { path: /log, query: { n: "{pageSize}" } }
            expand:
              path: items
              filter: [{ path: kind, is: [x, y] }]
              request: { path: "/log/{item._id}" }
              add: { id: _id, item: $, none: nothing }
              number: row
            events: { path: detail, single: true }
            id: id
            time: at
            """);
        await using var answers = new ExpandedPages(_pull.Client, _pull.Time);
        var page = await PageAsync(answers, source);

        Assert.Equal(
            [
                """{"id":"a b","item":{"_id":"a b","kind":"x","at":"2026-01-01T00:00:00Z"},"none":null,"row":1,"at":"2026-01-01T00:00:01Z"}""",
                """{"id":"c","item":{"_id":"c","kind":"y"},"none":null,"row":1}""",
            ],
            Pull.Events(page));
        Assert.True(page.End.IsLast);
    }

    [Fact]
    public async Task Files_may_be_tables_that_are_packed_and_their_rows_are_numbered()
    {
        await using var vendor = await VendorAsync(new()
        {
            ["/files"] = _ => new(200, """{"records":[{"Id":"f1","LogFile":"/f1/LogFile"},{"Id":"f2","LogFile":"/f2/LogFile"}]}"""),
            ["/f1/LogFile"] = _ => new(200, "") { Bytes = Gzip("AT,TEXT\n2026-01-01T00:00:00Z,\"one\ntwo\"\n2026-01-01T00:00:00Z,same\n2026-01-01T00:00:00Z,same\n") },
            ["/f2/LogFile"] = _ => new(200, "") { Bytes = Gzip("AT,TEXT\n") },
        });
        var source = Define(vendor, """
            request: { path: /files }
            expand: { path: records, request: { url: "{item.LogFile}" }, add: { FILE: Id }, number: ROW }
            events: { format: csv, compression: gzip }
            id: [FILE, ROW]
            time: AT
            """);
        var events = new List<string>();
        await DrainAsync(source, page => events.AddRange(Pull.Events(page)));

        Assert.Equal("""{"FILE":"f1","ROW":1,"AT":"2026-01-01T00:00:00Z","TEXT":"one\ntwo"}""", events[0]);
        Assert.Equal("""{"FILE":"f1","ROW":3,"AT":"2026-01-01T00:00:00Z","TEXT":"same"}""", events[2]);
        Assert.Equal(3, events.Count);
    }

    [Theory]
    [InlineData(404, "")]
    [InlineData(410, "")]
    [InlineData(400, """{"error":{"code":"AF20051"}}""")]
    public async Task Item_that_is_gone_is_reported_and_the_others_are_read(int status, string body)
    {
        await using var vendor = await VendorAsync(new()
        {
            ["/content"] = _ => new(200, Items("/a", "/b", "/c")),
            ["/a"] = _ => new(200, Events("a1")),
            ["/b"] = _ => new(status, body),
            ["/c"] = _ => new(200, Events("c1")),
        });
        await using var answers = new ExpandedPages(_pull.Client, _pull.Time);
        var page = await PageAsync(answers, Define(vendor, Links + "\nerrors: [{ status: 400, path: error.code, is: AF20051, action: gone }]"));

        Assert.Equal(["a1", "c1"], IdsOf(page));
        Assert.StartsWith($"GET {{item.uri}} answered {status}", Assert.Single(page.Content.Listed!.Gone), StringComparison.Ordinal);
        Assert.True(page.End.IsLast);
    }

    [Theory]
    [InlineData(500, "Failed 500")]
    [InlineData(400, "Refused 400")]
    [InlineData(401, "Refused 401")]
    [InlineData(429, "Throttled 429")]
    public async Task Item_that_fails_ends_the_page_before_it_and_is_asked_for_again(int status, string expected)
    {
        var isBroken = true;
        await using var vendor = await VendorAsync(new()
        {
            ["/content"] = _ => new(200, Items("/a", "/b", "/c")),
            ["/a"] = _ => new(200, Events("a1")),
            ["/b"] = _ => isBroken ? new(status, "") : new(200, Events("b1")),
            ["/c"] = _ => new(200, Events("c1")),
        });
        var source = Define(vendor, Links);
        await using var answers = new ExpandedPages(_pull.Client, _pull.Time);
        var first = await PageAsync(answers, source);
        Assert.Equal(["a1"], IdsOf(first));
        Assert.False(first.End.IsLast);

        var failed = await answers.GetPageAsync(source, Query(first.End.Cursor), CancellationToken.None);
        Assert.True((failed as PageResult.Failed)?.IsOfItem ?? (failed as PageResult.Refused)?.IsOfItem ?? failed is PageResult.Throttled);
        Assert.StartsWith(expected, Pull.Tell(failed), StringComparison.Ordinal);

        isBroken = false;
        var rest = await PageAsync(answers, source, first.End.Cursor);
        Assert.Equal(["b1", "c1"], IdsOf(rest));
        Assert.True(rest.End.IsLast);
    }

    [Fact]
    public async Task Another_run_goes_on_at_the_item_without_asking_for_those_before_it()
    {
        await using var vendor = await VendorAsync(new()
        {
            ["/content"] = _ => new(200, Items([.. Enumerable.Range(0, 120).Select(at => $"/item{at}")])),
            ["*"] = seen => new(200, Events(seen.PathAndQuery[1..])),
        });
        var source = Define(vendor, Links + "\nlimits: { pageSize: 200 }");
        string? cursor;
        await using (var answers = new ExpandedPages(_pull.Client, _pull.Time))
        {
            var page = await PageAsync(answers, source);
            Assert.Equal(50, IdsOf(page).Count());
            cursor = page.End.Cursor;
        }

        var before = vendor.Requests.Count;
        var (ids, _) = await DrainAsync(source, cursor: cursor);
        Assert.Equal(Enumerable.Range(50, 70).Select(at => $"item{at}"), ids);
        Assert.Equal(71, vendor.Requests.Count - before);
    }

    [Fact]
    public async Task Page_of_the_list_that_holds_others_now_is_read_from_its_start()
    {
        string[] listed = ["/a", "/b"];
        await using var vendor = await VendorAsync(new()
        {
            ["/content"] = _ => new(200, Items(listed)),
            ["*"] = seen => seen.PathAndQuery == "/b" && listed.Length == 2 ? new(500, "") : new(200, Events(seen.PathAndQuery[1..])),
        });
        var source = Define(vendor, Links);
        string? cursor;
        await using (var answers = new ExpandedPages(_pull.Client, _pull.Time))
        {
            cursor = (await PageAsync(answers, source)).End.Cursor;
        }

        // A new one stands in front: by its number alone '/a' would be taken for it.
        listed = ["/new", "/a", "/b"];
        Assert.Equal(["new", "a", "b"], (await DrainAsync(source, cursor: cursor)).Ids);
    }

    [Fact]
    public async Task Large_answer_is_a_page_of_its_own_and_a_repeated_page_is_the_same()
    {
        var large = Events([.. Enumerable.Range(0, 6_000).Select(at => $"large{at}")]);
        await using var vendor = await VendorAsync(new()
        {
            ["/content"] = _ => new(200, Items("/a", "/b", "/large", "/c")),
            ["/large"] = _ => new(200, large),
            ["*"] = seen => new(200, Events(seen.PathAndQuery[1..])),
        });
        var source = Define(vendor, Links);
        var (first, again) = (new List<string>(), new List<string>());
        await DrainAsync(source, page => first.Add(Print(page)));
        string? cursor = null;
        for (var at = 0; at < first.Count; at++)
        {
            await using var answers = new ExpandedPages(_pull.Client, _pull.Time);
            var page = await PageAsync(answers, source, cursor);
            again.Add(Print(page));
            cursor = page.End.Cursor;
        }

        Assert.Equal(["2", "6000", "1"], first.Select(print => print.Split(' ')[0]));
        Assert.Equal(first, again);

        static string Print(PageResult.Page page) => $"{page.Content.Cut.Count} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(page.Content.Bytes.Span))}";
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Items_are_asked_for_at_once_up_to_the_limit(int concurrency)
    {
        var (now, most, gate) = (0, 0, new Lock());
        await using var vendor = await VendorAsync(new()
        {
            ["/content"] = _ => new(200, Items([.. Enumerable.Range(0, 24).Select(at => $"/item{at}")])),
            ["*"] = seen =>
            {
                lock (gate)
                {
                    most = Math.Max(most, ++now);
                }

                Thread.Yield();
                lock (gate)
                {
                    now--;
                }

                return new(200, Events(seen.PathAndQuery[1..]));
            },
        });
        var (ids, _) = await DrainAsync(Define(vendor, Links.Replace("expand: {", $"expand: {{ concurrency: {concurrency},", StringComparison.Ordinal)));

        Assert.Equal(Enumerable.Range(0, 24).Select(at => $"item{at}"), ids);
        Assert.InRange(most, 1, concurrency);
    }

    [Fact]
    public async Task Times_of_items_say_how_far_a_page_is()
    {
        await using var vendor = await VendorAsync(new()
        {
            ["/content"] = _ => new(200, """[{"uri":"/a","created":1767225600},{"uri":"/gone","created":1767229200},{"uri":"/b","created":"?"}]"""),
            ["/gone"] = _ => new(410, ""),
            ["*"] = seen => new(200, Events(seen.PathAndQuery[1..] + 1, seen.PathAndQuery[1..] + 2)),
        });
        await using var answers = new ExpandedPages(_pull.Client, _pull.Time);
        var page = await PageAsync(answers, Define(vendor, Links.Replace("expand: {", "expand: { time: { path: created, format: unix-s },", StringComparison.Ordinal)));

        DateTimeOffset?[] times = [DateTimeOffset.FromUnixTimeSeconds(1767225600), DateTimeOffset.FromUnixTimeSeconds(1767229200), null];
        Assert.Equal(times, page.Content.Listed!.Times);
        Assert.Equal([times[0], times[0], null, null], page.Content.Listed.OfEvents);
    }

    [Theory]
    [InlineData("""[{"uri":"https://evil.example/x"}]""", "Refused 0: item 1 of 1 of a page of the list: the item's link leads to evil.example, which the template does not declare; it was not followed. See 'expand.hosts'.")]
    [InlineData("""[{"uri":"//evil.example/x"}]""", "Refused 0: item 1 of 1 of a page of the list: the item's link is not an https:// address")]
    [InlineData("""[{"uri":"https://x.files.example.evil.example/x"}]""", "Refused 0: item 1 of 1 of a page of the list: the item's link leads to x.files.example.evil.example")]
    [InlineData("""[{"uri":"https://u:p@files.example/x"}]""", "Refused 0: item 1 of 1 of a page of the list: the item's link is not an https:// address")]
    [InlineData("""[{"uri":"file:///etc/passwd"}]""", "Refused 0: item 1 of 1 of a page of the list: the item's link is not an https:// address")]
    [InlineData("""[{"uri":"http://169.254.169.254/x"}]""", "Refused 0: item 1 of 1 of a page of the list: the item's link is not an https:// address")]
    [InlineData("""[{"url":"/x"}]""", "Failed 0: item 1 of the list has nothing at 'uri', which 'expand.request' needs")]
    [InlineData("""[{"uri":""}]""", "Failed 0: item 1 of the list has nothing at 'uri'")]
    [InlineData("""{"message":"too many"}""", "Failed 200: the page (application/json, 22 bytes) is not what the template says")]
    [InlineData("", "Failed 202: the vendor answered 202")]
    public async Task List_that_lies_fails_and_nothing_is_asked_elsewhere(string list, string expected)
    {
        await using var vendor = await VendorAsync(new() { ["/content"] = _ => new(list.Length == 0 ? 202 : 200, list) });
        await using var answers = new ExpandedPages(_pull.Client, _pull.Time);
        var source = Define(vendor, Links.Replace("expand: {", "expand: { hosts: [files.example, '*.files.example'],", StringComparison.Ordinal));
        var result = await answers.GetPageAsync(source, Query(null), CancellationToken.None);

        Assert.StartsWith(expected, Pull.Tell(result), StringComparison.Ordinal);
        Assert.Single(vendor.Requests);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    public async Task Value_that_leads_elsewhere_in_a_path_is_refused(string value)
    {
        await using var vendor = await VendorAsync(new() { ["/content"] = _ => new(200, $$"""[{"uri":"{{value}}"}]""") });
        await using var answers = new ExpandedPages(_pull.Client, _pull.Time);
        var source = Define(vendor, Links.Replace("url: \"{item.uri}\"", "path: \"/events/{item.uri}\"", StringComparison.Ordinal));

        Assert.Contains("leads elsewhere in an address", Pull.Tell(await answers.GetPageAsync(source, Query(null), CancellationToken.None)), StringComparison.Ordinal);
        Assert.Single(vendor.Requests);
    }

    [Theory]
    [InlineData(10_001, 1, "holds more than 10,000 items")]
    [InlineData(900, 1_000, "holds more than 1024 KB of values")]
    public async Task List_that_is_too_long_asks_for_a_smaller_one(int items, int length, string expected)
    {
        await using var vendor = await VendorAsync(new() { ["/content"] = _ => new(200, Items([.. Enumerable.Range(0, items).Select(at => $"/{at}{new string('x', length)}")])) });
        await using var answers = new ExpandedPages(_pull.Client, _pull.Time);
        var failed = Assert.IsType<PageResult.Failed>(await answers.GetPageAsync(Define(vendor, Links), Query(null), CancellationToken.None));

        Assert.Contains(expected, failed.Reason, StringComparison.Ordinal);
        Assert.True(failed.IsTooMuch);
    }

    [Fact]
    public async Task Credentials_go_to_the_source_itself_only()
    {
        await using var files = await VendorAsync(new() { ["/f"] = _ => new(200, Events("f1")) });
        await using var vendor = await VendorAsync(new() { ["/content"] = _ => new(200, Items($"{files.BaseUrl}/f", "/own")), ["/own"] = _ => new(200, Events("o1")) });
        var source = Define(vendor, $$"""
            parameters: { token: { description: Token., secret: true } }
            auth: { scheme: bearer, token: "{token}" }
            {{Links.Replace("expand: {", $"expand: {{ hosts: ['{new Uri(files.BaseUrl).Authority}'],", StringComparison.Ordinal)}}
            """, ("token", "secret:token"));
        var (ids, _) = await DrainAsync(source);

        Assert.Equal(["f1", "o1"], ids);
        Assert.All(vendor.Requests, request => Assert.Equal("Bearer sandbox-token", request.Header("Authorization")));
        Assert.Null(Assert.Single(files.Requests).Header("Authorization"));
    }

    [Fact]
    public async Task Example_of_the_documentation_runs()
    {
        await using var vendor = await VendorAsync(new()
        {
            ["/v1/files?since=2026-01-01T00%3A00%3A00.000Z&until=2026-02-01T00%3A00%3A00.000Z"] = _ => new(200, """
                {"files":[{"id":"f1","state":"ready","created":"2026-01-01T01:00:00Z","download":{"url":"/f1.gz"}},{"id":"f2","state":"pending"}],"next":null}
                """),
            ["/f1.gz"] = _ => new(200, "") { Bytes = Gzip("""{"at":"2026-01-01T00:30:00Z"}""" + "\n") },
        });
        var events = new List<string>();
        var example = string.Join('\n', DocsPage.Read("docs/templates.md").Section("`expand`").CodeBlocks("yaml").Single());
        await DrainAsync(Define(vendor, example), page => events.AddRange(Pull.Events(page)));

        Assert.Equal(["""{"file":"f1","line":1,"at":"2026-01-01T00:30:00Z"}"""], events);
    }

    /// <summary>A vendor that always lists every file it keeps: each is asked for once, by what the script makes of the list behind the cursor.</summary>
    [Fact]
    public async Task List_of_everything_is_read_from_the_kept_cursor_on()
    {
        var listed = "1\n2";
        await using var vendor = await VendorAsync(new()
        {
            ["/logs.index"] = _ => new(200, listed),
            ["/logs/1"] = _ => new(200, "") { Bytes = [.. "|==|\n"u8, .. Zlib("a\n")] },
            ["/logs/2"] = _ => new(200, "") { Bytes = [.. "|==|\n"u8, .. Zlib("b\nc\n")] },
            ["/logs/3"] = _ => new(200, "") { Bytes = [.. "|==|\n"u8, .. Zlib("d\n")] },
        });
        var events = new List<string>();
        var kept = default(string);
        var source = Define(vendor, DocsPage.Read("docs/templates.md").Section("Scripts").CodeBlocks("yaml").Select(lines => string.Join('\n', lines)).Single(text => text.Contains("page(body, cursor)", StringComparison.Ordinal)));
        void See(PageResult.Page page)
        {
            events.AddRange(Pull.Events(page));
            kept = page.End.Cursor ?? kept;
        }

        await DrainAsync(source, See);
        Assert.Equal(["""{"line":"a"}""", """{"line":"b"}""", """{"line":"c"}"""], events);

        listed = "2\n3";
        events.Clear();
        await DrainAsync(source, See, kept);
        Assert.Equal(["""{"line":"d"}"""], events);
        Assert.Single(vendor.Requests, request => request.PathAndQuery == "/logs/2");
    }

    [Fact]
    public async Task Empty_answer_for_an_item_is_no_answer()
    {
        await using var vendor = await VendorAsync(new() { ["/content"] = _ => new(200, Items("/a")), ["/a"] = _ => new(200, "") });
        await using var answers = new ExpandedPages(_pull.Client, _pull.Time);

        Assert.Contains("the answer is empty", Pull.Tell(await answers.GetPageAsync(Define(vendor, Links), Query(null), CancellationToken.None)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cursor_of_the_time_before_the_template_listed_items_is_refused_as_such()
    {
        await using var vendor = await VendorAsync(new() { ["/content"] = _ => new(200, Items("/a")), ["/a"] = _ => new(200, Events("a1")) });
        await using var answers = new ExpandedPages(_pull.Client, _pull.Time);

        Assert.True(Assert.IsType<PageResult.Refused>(await answers.GetPageAsync(Define(vendor, Links), Query("https://a.example/next"), CancellationToken.None)).IsOfCursor);
    }

    [Theory]
    [InlineData("expand: { requst: {} }", "expand.requst (line 3): is not known here; allowed: add, concurrency, filter, hosts, link, list, number, optional, paging, path, request, time.")]
    [InlineData("expand: {}", "expand.request: is missing: the request for an item of the list")]
    [InlineData("expand: { request: { path: /a } }", "expand.request (line 3): uses no value of the item")]
    [InlineData("expand: { request: { path: '/{item.id}', query: { c: '{cursor}' } } }", "expand.request.query (line 3): uses '{cursor}', which is of the list and has no value for an item.")]
    [InlineData("expand: { request: { path: '/{item.id}', url: '{item.url}' } }", "expand.request.url (line 3): stands beside 'path'")]
    [InlineData("expand: { request: { url: 'https://b.example/{item.id}' } }", "expand.request.url (line 3): must be a value of the item and nothing else")]
    [InlineData("expand: { request: { url: '{item.url}' }, hosts: ['*', 'https://a', '*.com', 'a.example'] }", "expand.hosts (line 3): '*' is no host|expand.hosts (line 3): 'https://a' is no host|expand.hosts (line 3): '*.com' is no host")]
    [InlineData("expand: { request: { path: '/{item.id}' }, hosts: [a.example] }", "expand.hosts (line 3): is for links of items")]
    [InlineData("expand: { request: { path: '/{item.id}' }, concurrency: 17 }", "expand.concurrency (line 3): is '17'; allowed: a whole number from 1 to 16.")]
    [InlineData("expand: { request: { path: '/{item.id}' }, filter: [{ path: a }] }", "expand.filter.is: is missing")]
    [InlineData("expand: { request: { path: '/{item.id}' }, time: { path: at, format: nonsense } }", "expand.time.format (line 3): ")]
    [InlineData("expand: { request: { path: '/{item.id}' }, add: { a: [b] } }", "expand.add.a (line 3): must be a path in the item")]
    [InlineData("expand: { request: { path: '/{item.id}' } }\norder: ascending", "expand.time: is missing: 'order'")]
    [InlineData("expand: { request: { path: '/{item.id}' } }\npaging: { kind: page, stop: before-window }\nrequest: { query: { p: '{page}' } }\norder: descending", "expand.time: is missing: 'order'")]
    [InlineData("request: { path: '/{item.id}' }", "request.path (line 3): uses '{item.id}', which has a value only in 'expand.request'.")]
    [InlineData("errors: [{ status: 404, action: gone }]", "errors: has 'action: gone', which is for an item of a list")]
    public void What_cannot_run_is_refused(string part, string expected)
    {
        var found = Pull.ProblemsOf([("definition", $"baseUrl: https://a.example\ntime: at\n{part}")]);
        Assert.All(expected.Split('|'), text => Assert.Contains(found, problem => problem.StartsWith(text, StringComparison.Ordinal)));
    }

    [Fact]
    public void Client_certificate_is_shown_to_no_other_host() =>
        Assert.Contains(
            Pull.ProblemsOf(
                [("definition", "baseUrl: https://a.example\ntime: at\nexpand: { request: { url: '{item.url}' }, hosts: [b.example] }"), ("clientCertificate", "secret:certificate")]),
            problem => problem.StartsWith("expand.hosts: names other hosts, to which the client certificate", StringComparison.Ordinal));

    private static PageQuery Query(string? cursor) => new(Pull.From, Pull.From.AddDays(31), cursor);

    private static string Items(params string[] uris) => JsonSerializer.Serialize(uris.Select(uri => new { uri }));

    private static string Events(params string[] ids) => JsonSerializer.Serialize(ids.Select(id => new { id, at = "2026-01-01T00:00:00Z" }));

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    private static byte[] Zlib(string text)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            zlib.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    private static Task<ScriptedServer> VendorAsync(Dictionary<string, Func<Seen, Reply>> answers) => ScriptedServer.StartAsync(seen =>
        answers.TryGetValue(seen.PathAndQuery, out var answer) || answers.TryGetValue("*", out answer) ? answer(seen) : new(500, ""));

    private static SourceDefinition Define(ScriptedServer vendor, string yaml, params IEnumerable<(string, string?)> columns) => Pull.DefineYaml(vendor.BaseUrl, yaml, columns);

    private static IEnumerable<string> IdsOf(PageResult.Page page) => Pull.Events(page).Select(text => JsonDocument.Parse(text).RootElement.GetProperty("id").ToString());

    private static async Task<PageResult.Page> PageAsync(ExpandedPages answers, SourceDefinition source, string? cursor = null)
    {
        var result = await answers.GetPageAsync(source, Query(cursor), CancellationToken.None);
        return result as PageResult.Page ?? throw new InvalidOperationException(Pull.Tell(result));
    }

    private async Task<(List<string> Ids, int Pages)> DrainAsync(SourceDefinition source, Action<PageResult.Page>? see = null, string? cursor = null)
    {
        await using var answers = new ExpandedPages(_pull.Client, _pull.Time);
        var ids = new List<string>();
        for (var pages = 1; ; pages++)
        {
            var page = await PageAsync(answers, source, cursor);
            using (page.Content)
            {
                see?.Invoke(page);
                ids.AddRange(see is null ? IdsOf(page) : []);
            }

            cursor = page.End.Cursor;
            if (page.End.IsLast)
            {
                return (ids, pages);
            }
        }
    }
}
