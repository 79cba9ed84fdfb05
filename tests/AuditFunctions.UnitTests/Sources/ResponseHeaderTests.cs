using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>What a template reads in the headers of an answer, those of the content among them.</summary>
public sealed class ResponseHeaderTests
{
    [Theory]
    [InlineData("true|false", "1 2")]
    [InlineData("true|true|false", "1 2 3")]
    [InlineData("false", "1")]
    public async Task A_flag_in_a_header_ends_a_window(string flags, string expected)
    {
        var said = new Queue<string>(flags.Split('|'));
        var page = 0;
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, $$"""{"data":[{"id":{{++page}}}],"next":"p{{page}}"}""", ("X-Has-More", said.Dequeue())));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, """
            request: { path: /x, query: { after: "{cursor}" } }
            paging: { kind: cursor, path: next, stop: { header: x-has-more, is: "false" } }
            events: { path: data }
            id: id
            time: at
            """);
        Assert.Equal(expected, string.Join(' ', (await pull.DrainAsync(source)).Ids));
    }

    [Fact]
    public async Task A_flag_in_a_header_that_says_more_is_believed()
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, """{"data":[{"id":1}],"next":null}""", ("X-Has-More", "true")));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, """
            request: { path: /x, query: { after: "{cursor}" } }
            paging: { kind: cursor, path: next, stop: { header: X-Has-More, is: "false" } }
            events: { path: data }
            time: at
            """);
        Assert.StartsWith("Failed 200: the vendor says that more follow (header 'X-Has-More' is not 'false')", Pull.Tell(await pull.AskAsync(source)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cursor_may_stand_in_a_header_of_the_content()
    {
        var left = new Queue<(string, string)[]>([[("Content-Language", "c2")], []]);
        await using var vendor = await ScriptedServer.StartAsync(request => new(200, $$"""[{"id":"{{request.PathAndQuery}}"}]""", left.Dequeue()));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, """
            request: { path: /x, query: { after: "{cursor}" } }
            paging: { kind: cursor, header: Content-Language }
            id: id
            time: at
            """);
        Assert.Equal(["/x", "/x?after=c2"], (await pull.DrainAsync(source)).Ids);
    }

    [Fact]
    public async Task A_script_sees_headers_of_the_content()
    {
        await using var vendor = await ScriptedServer.StartAsync(request => new(200, $$"""[{"id":"{{request.PathAndQuery}}"}]""", ("Content-Language", "c2")));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, """
            request: { path: /x, query: { after: "{cursor}" } }
            paging: { kind: script, code: "function next(page) { return page.cursor ? null : page.headers['content-language'] }" }
            id: id
            time: at
            """);
        Assert.Equal(["/x", "/x?after=c2"], (await pull.DrainAsync(source)).Ids);
    }

    [Theory]
    [InlineData("X-Code", "AF20024", "Page of 0")]
    [InlineData("X-Code", "OTHER", "Refused 401: step 'subscribe'")]
    [InlineData("X-Other", "AF20024", "Refused 401: step 'subscribe'")]
    public async Task A_step_may_be_refused_in_a_header_that_says_that_it_is_as_good(string header, string value, string expected)
    {
        await using var vendor = await ScriptedServer.StartAsync(request => request.Method == "GET" ? new(200, "[]") : new(400, "no JSON", (header, value)));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, """
            steps:
              subscribe:
                request: { method: POST, path: /start }
                accept: [{ status: 400, header: X-Code, is: AF20024 }]
            request: { path: /x }
            time: at
            """);
        Assert.StartsWith(expected, Pull.Tell(await pull.AskAsync(source)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("paging: { kind: cursor, header: 'X Next' }", "paging.header (line 3): is 'X Next', which is no name of a header: it has letters, digits and '-'.")]
    [InlineData("paging: { kind: none, stop: { header: 'X:', is: a } }", "paging.stop.header (line 3): is 'X:', which is no name of a header")]
    [InlineData("paging: { kind: none, stop: { header: X, differs: 'Y Z' } }", "paging.stop.differs (line 3): is 'Y Z', which is no name of a header")]
    [InlineData("paging: { kind: none, stop: { header: X } }", "paging.stop.header (line 3): needs either 'is', the value that ends the window, or 'differs'")]
    [InlineData("paging: { kind: none, stop: { header: X, is: a, differs: Y } }", "paging.stop.header (line 3): needs either 'is'")]
    [InlineData("paging: { kind: none, stop: { header: X-Has-More, is: 'true' } }", "paging.stop: would end a window where 'X-Has-More' is 'true', which by its name says that more follow")]
    [InlineData("throttling: { resetHeader: 'a b' }", "throttling.resetHeader (line 3): is 'a b', which is no name of a header")]
    [InlineData("steps: { a: { request: { path: /a }, capture: { x: { header: 'a b' } } } }", "steps.a.capture.x.header (line 3): is 'a b', which is no name of a header")]
    [InlineData("steps: { a: { request: { path: /a }, accept: [{ status: 400, header: a, isNot: b, is: c }] } }", "steps.a.accept.isNot (line 3): stands beside 'is'")]
    public void A_header_that_no_answer_can_have_is_refused(string part, string expected) =>
        Assert.Contains(Pull.ProblemsOf(("definition", $"baseUrl: https://a.example\ntime: at\n{part}")), problem => problem.StartsWith(expected, StringComparison.Ordinal));
}
