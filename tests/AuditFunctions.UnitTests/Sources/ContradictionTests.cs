namespace AuditFunctions.Tests.Sources;

/// <summary>Definitions of which each part is right, and which could never bring every event.</summary>
public sealed class ContradictionTests
{
    private const string Base = "baseUrl: https://a.example\ntime: at\n";

    public static TheoryData<string, string?> Definitions() => new()
    {
        { "paging: { kind: cursor, path: next }", "request.query: sends no {cursor}, so that every page would be the first one again" },
        { "paging: { kind: cursor, path: next }\nrequest: { query: { c: '{cursor}' } }", null },
        { "paging: { kind: cursor, path: next }\nrequest: { path: '/x/{cursor}' }", null },
        { "paging: { kind: cursor, path: next }\nrequest: { headers: { X-Cursor: '{cursor}' } }", null },
        { "paging: { kind: cursor, path: next }\nrequest: { method: POST, body: { a: [ { b: '{cursor:json}' } ] } }", null },
        { "paging: { kind: cursor, path: next }\nrequest: { query: { c: '{cursor}' } }\nnext: { path: /more }", "next.query: sends no {cursor}" },
        { "paging: { kind: cursor, path: next }\nnext: { query: { c: '{cursor}' } }", null },
        { "paging: { kind: keyset, values: { pit: p, after: a } }\nrequest: { query: { p: '{cursor.pit}', a: '{cursor.after}' } }", null },
        { "paging: { kind: keyset, values: { pit: p, after: a } }\nrequest: { query: { p: '{cursor.pit}' } }", "request.query: sends no {cursor.after}, without which the vendor would give another page." },
        { "paging: { kind: keyset, values: { pit: p, after: a } }\nrequest: { query: { p: '{cursor.after}' } }", "request.query: sends no {cursor.pit}, so that every page would be the first one again" },
        { "paging: { kind: keyset, values: { pit: p, after: a } }\nrequest: { query: { p: '{cursor.pit}', a: '{cursor.after}', b: '{cursor.to}' } }", "paging.values: has no 'to', which the request uses as '{cursor.to}'." },
        { "paging: { kind: keyset, values: { pit: p, after: a } }\nrequest: { query: { p: '{cursor.pit}', a: '{cursor.after}', c: '{cursor}' } }", "paging.kind: has a value for {cursor.pit} only, but the request uses {cursor}." },
        { "paging: { kind: keyset, values: { pit: p } }\nrequest: { query: { p: '{cursor.pit}' } }", "paging.values (line 3): must name two values or more" },
        { "request: { query: { p: '{cursor.pit}' } }", "paging.values: has no 'pit', which the request uses as '{cursor.pit}'." },
        { "paging: { kind: offset, stop: { pages: p } }\nrequest: { query: { o: '{offset}' } }", "paging.stop.pages (line 3): counts pages; allowed with the kind page." },
        { "request: { method: POST, bodyFormat: text, body: { a: b } }", "request.body (line 3): must be a text when bodyFormat is text." },
        { "paging: { kind: next-url, path: n, pending: 5s }", null },
        { "progress: cursor\npaging: { kind: next-url, path: n, pending: 5s }", "paging.pending: needs 'progress: window'" },
        { "paging: { kind: link-header, pending: 5s }", "paging.pending (line 3): is for answers that name where the page will be" },
        { "paging: { kind: page, pending: 5s }\nrequest: { query: { p: '{page}' } }", "paging.pending (line 3): is for answers that name where the page will be" },
        { "paging: { kind: last-event, path: id }", "request.query: sends no {cursor}" },
        { "paging: { kind: page }", "request.query: sends no {page}" },
        { "paging: { kind: page }\nrequest: { query: { p: '{page}' } }", null },
        { "paging: { kind: offset }\nrequest: { query: { p: '{page}' } }", "request.query: sends no {offset}|paging.kind: has a value for {offset} only, but the request uses {page}." },
        { "request: { query: { p: '{page}' } }", "paging.kind: never has a value for {page}, which the request uses; choose the kind by which this vendor pages." },
        { "request: { query: { c: '{cursor}' } }", "paging.kind: never has a value for {cursor}" },
        { "paging: { kind: link-header }\nrequest: { query: { c: '{cursor}' } }", "paging.kind: never has a value for {cursor}" },
        { "progress: cursor\npaging: { kind: server-position, next: n, again: a }\nrequest: { query: { o: '{from}', i: 'x{consumer}' } }\nnext: { query: { o: '{cursor}', i: 'x{consumer}' } }", null },
        { "paging: { kind: server-position, next: n, again: a }\nrequest: { query: { o: '{from}', i: 'x{consumer}' } }\nnext: { query: { o: '{cursor}', i: 'x{consumer}' } }", "progress: must be 'cursor' where the vendor keeps the position" },
        { "progress: cursor\npaging: { kind: server-position, next: n, again: a }\nrequest: { query: { o: '{from}', i: 'x{consumer}' } }\nnext: { query: { o: '{cursor}' } }", "request: does not use '{consumer}' behind the name under which the vendor keeps the position, in 'next' too" },
        { "progress: cursor\npaging: { kind: server-position, next: n }\nrequest: { query: { o: '{from}', i: 'x{consumer}' } }\nnext: { query: { o: '{cursor}', i: 'x{consumer}' } }", "paging.again: is missing." },
        { "request: { query: { i: 'x{consumer}' } }", "request: uses '{consumer}', which is for paging.kind 'server-position'." },
        { "paging: { kind: page, stop: { path: meta.has_more, is: 'true' } }\nrequest: { query: { p: '{page}' } }", "paging.stop: would end a window where 'meta.has_more' is 'true', which by its name says that more follow: write 'is: \"false\"'." },
        { "paging: { kind: page, stop: [ empty-page, { path: isLast, is: 'false' } ] }\nrequest: { query: { p: '{page}' } }", "paging.stop: would end a window where 'isLast' is 'false'" },
        { "paging: { kind: page, stop: { path: more, is: 'false' } }\nrequest: { query: { p: '{page}' } }", null },
        { "paging: { kind: page, stop: { path: last, is: 'true' } }\nrequest: { query: { p: '{page}' } }", null },
        { "next: { path: /more }", "next: is never asked for: paging.kind is 'none'." },
        { "progress: cursor", "progress: is 'cursor', but paging.kind is 'none': there is no cursor to keep." },
        { "progress: cursor\npaging: { kind: link-header }", null },
        { "timing: { interval: 30s }\nlimits: { requestInterval: 1m }", "timing.interval: is 30s, shorter than limits.requestInterval, 1m: no poll would be in time." },
        { "timing: { retention: 1h, lag: 1h }", "timing.lag: is 1h, but the vendor keeps events for 1h only: nothing would be read." },
        { "timing: { interval: 1d, retention: 1d }", "timing.interval: is 1d, but the vendor keeps events for 1d only: some would be gone before they are asked for." },
        { "timing: { interval: 20h, lag: 5h, retention: 1d }", "timing.interval: is 20h, behind a lag of 5h, but the vendor keeps events for 1d only" },
        { "timing: { interval: 20h, lag: 3h, retention: 1d }", null },
        { "timing: { interval: 30s }\nlimits: { requests: 60/h }", "timing.interval: is 30s, but limits.requests allows a request every 1m only: no poll would be in time." },
        { "timing: { interval: 1m }\nlimits: { requests: 60/h }", null },
        { "progress: cursor\norder: descending\npaging: { kind: link-header }", "progress: is 'cursor', but with 'order: descending' each cursor leads to older events" },
        { "throttling: { resetFormat: seconds }", "throttling.resetFormat (line 3): says how 'resetHeader' is written, which is missing." },
        { "throttling: { resetFormat: seconds, resetHeader: X-Reset }", null },
        { "errors: [{ status: 403, action: refuse }, { status: 403, path: code, is: slow, action: throttle }]", "errors.status (line 3): never applies: the rule before it for status 403 decides. Put the more exact one first." },
        { "errors: [{ status: 403, path: code, is: slow, action: throttle }, { status: 403, action: refuse }]", null },
        { "errors: [{ path: code, is: slow, action: throttle }, { path: code, is: slow, action: refuse }]", "errors.path (line 3): never applies: the rule before it for 'code' is 'slow' decides." },
        { "errors: [{ path: code, action: throttle }, { path: code, is: '0', action: refuse }]", null },
        { "request: { query: { a: '{from:yyyy-MM-dd hh:mm}' } }", "request.query (line 3): uses '{from:yyyy-MM-dd hh:mm}', but 'yyyy-MM-dd hh:mm' is no time format." },
        { "timing: { maxWindow: 1d, granularity: 1d }", "timing.maxWindow: is 1d, not longer than timing.granularity: no window would get on." },
    };

    [Theory]
    [MemberData(nameof(Definitions))]
    public void What_contradicts_itself_is_refused(string definition, string? expected)
    {
        var found = Pull.ProblemsOf(("definition", Base + definition));
        var wanted = expected?.Split('|') ?? [];
        Assert.Equal(wanted.Length, found.Count);
        Assert.All(wanted.Zip(found), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("query=since={from}", "query: sends no {cursor}")]
    [InlineData("query=since={from}&cursor={cursor}", null)]
    public void The_rows_column_is_named(string column, string? expected)
    {
        var parts = column.Split('=', 2);
        var found = Pull.ProblemsOf(("template", "http-json"), ("url", "https://a.example"), ("time", "at"), ("paging", "cursor"), ("next", "n"), (parts[0], parts[1]));
        Assert.Equal(expected is null, found.Count == 0);
        Assert.All(found, problem => Assert.StartsWith(expected!, problem, StringComparison.Ordinal));
    }
}
