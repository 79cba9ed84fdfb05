using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>What an answer means by the template's own rules.</summary>
public sealed class ErrorRuleTests
{
    [Theory]
    [InlineData("{ path: stat, is: FAIL }", 200, """{"stat":"FAIL","data":[]}""", "Failed 200: the vendor's answer says that it is an error ('stat' is 'FAIL')")]
    [InlineData("{ path: stat, is: FAIL }", 200, """{"stat":"OK","data":[]}""", "Page of 0")]
    [InlineData("{ path: errors }", 200, """{"errors":[{"m":1}],"data":[]}""", "Failed 200: the vendor's answer says that it is an error ('errors')")]
    [InlineData("{ path: errors, action: throttle }", 200, """{"errors":[{"m":1}],"data":[]}""", "Throttled 200, ? s")]
    [InlineData("{ path: errors, action: throttle }", 200, """{"errors":[],"data":[]}""", "Page of 0")]
    [InlineData("{ path: errors, action: throttle, wait: 'errors[0].in' }", 200, """{"errors":[{"in":7}],"data":[]}""", "Throttled 200, 7 s")]
    [InlineData("{ path: errors, action: throttle }", 500, """{"errors":[{"m":1}]}""", "Failed 500: GET /x answered 500")] // without a status only for good ones
    [InlineData("{ status: 403, action: throttle }", 403, "too many calls", "Throttled 403, ? s")]
    [InlineData("{ status: 403, action: throttle }", 401, "{}", "Refused 401: GET /x answered 401. Check that the credential is current and may read audit logs; the checkpoint is unchanged.")]
    [InlineData("{ status: 409, action: throttle, wait: wait_time }", 409, """{"wait_time":"12.5"}""", "Throttled 409, 12.5 s")]
    [InlineData("{ status: 400, path: Code, is: Throttling.User, action: throttle }", 400, """{"Code":"Throttling.User"}""", "Throttled 400, ? s")]
    [InlineData("{ status: 400, path: Code, is: Throttling.User, action: throttle }", 400, """{"Code":"InvalidParameter"}""", "Refused 400: GET /x answered 400. Check the address and parameters of the row; the checkpoint is unchanged.")]
    [InlineData("{ status: 400, path: Code, is: Throttling.User, action: throttle }", 400, "<html>", "Refused 400: GET /x answered 400. Check the address")]
    [InlineData("{ status: 404, path: 'errors[0].code', is: NoEvents, action: empty }", 404, """{"errors":[{"code":"NoEvents"}]}""", "Page of 0")]
    [InlineData("{ status: 500, action: refuse }", 500, "{}", "Refused 500: GET /x answered 500. The vendor will refuse again")]
    [InlineData("{ status: 403, path: message, is: not licensed, action: rest }", 403, """{"message":"not licensed"}""", "Refused 403: GET /x answered 403. It is asked again in 6 hours, or when the row is edited")]
    [InlineData("{ status: 403, path: message, is: not licensed, action: rest }", 403, """{"message":"bad token"}""", "Refused 403: GET /x answered 403. Check that the credential is current")]
    [InlineData("{ status: 200, path: code, is: E7, action: refuse }", 200, """{"code":"E7","data":[]}""", "Refused 200: the vendor's answer says that it is an error ('code' is 'E7'). The vendor will refuse again")]
    [InlineData("{ status: 403, path: code, is: '1', action: retry }, { status: 403, action: throttle }", 403, """{"code":1}""", "Failed 403: GET /x answered 403")] // the first that applies
    [InlineData("{ status: 403, path: code, is: '1', action: retry }, { status: 403, action: throttle }", 403, """{"code":2}""", "Throttled 403, ? s")]
    [InlineData("{ path: errors, action: retry }", 200, """{"errors":[{"code":"PARTIAL"}],"data":[{"at":1}]}""", "Failed 200")]
    [InlineData("{ path: 'errors[0].code', is: PARTIAL, action: ignore }, { path: errors, action: retry }", 200, """{"errors":[{"code":"PARTIAL"}],"data":[{"at":1}]}""", "Page of 1")]
    [InlineData("{ path: 'errors[0].code', is: PARTIAL, action: ignore }, { path: errors, action: retry }", 200, """{"errors":[{"code":"DOWN"}],"data":[{"at":1}]}""", "Failed 200")]
    public async Task A_rule_decides_by_status_path_and_value(string rules, int status, string body, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(status, body));
        await using var pull = new Pull();
        var told = Pull.Tell(await pull.AskAsync(Pull.DefineYaml(server.BaseUrl, $"request: {{ path: /x }}\nevents: {{ path: data }}\ntime: at\nerrors: [{rules}]")));
        Assert.StartsWith(expected, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ header: x-log-progress, is: Incomplete }", 200, """{"data":[{"at":1}]}""", "X-Log-Progress: Incomplete", "Failed 200: the vendor's answer says that it is an error (header 'x-log-progress' is 'Incomplete')")]
    [InlineData("{ header: x-log-progress, is: Incomplete }", 200, """{"data":[{"at":1}]}""", "X-Log-Progress: Complete", "Page of 1")]
    [InlineData("{ header: x-log-progress, is: Incomplete }", 200, """{"data":[{"at":1}]}""", "", "Page of 1")]
    [InlineData("{ header: x-log-progress, isNot: Complete }", 200, """{"data":[{"at":1}]}""", "x-log-progress: Complete", "Page of 1")]
    [InlineData("{ header: x-log-progress, isNot: Complete }", 200, """{"data":[{"at":1}]}""", "x-log-progress: Anything", "Failed 200: the vendor's answer says that it is an error (header 'x-log-progress' is not 'Complete')")]
    [InlineData("{ header: x-log-progress, isNot: Complete }", 200, """{"data":[]}""", "", "Failed 200")] // that it is missing is no word of completeness
    [InlineData("{ header: X-Warning }", 200, """{"data":[]}""", "X-Warning: partial", "Failed 200: the vendor's answer says that it is an error (header 'X-Warning')")]
    [InlineData("{ header: X-Warning }", 200, """{"data":[]}""", "X-Warning: 0", "Page of 0")]
    [InlineData("{ header: X-Warning }", 200, """{"data":[]}""", "X-Warning: ", "Page of 0")]
    [InlineData("{ header: X-Busy, action: throttle }", 200, """{"data":[]}""", "X-Busy: yes", "Throttled 200, ? s")]
    [InlineData("{ header: X-Busy, action: throttle }", 200, """{"data":[]}""", "X-Busy: yes|Retry-After: 12", "Throttled 200, 12 s")]
    [InlineData("{ header: X-Busy, action: throttle, wait: in }", 200, """{"data":[],"in":7}""", "X-Busy: yes", "Throttled 200, 7 s")]
    [InlineData("{ header: x-log-progress, isNot: Complete }", 200, "", "x-log-progress: Incomplete", "Failed 200: the vendor's answer says")] // no end of a window
    [InlineData("{ header: X-Busy, action: throttle }", 200, "<html>", "X-Busy: yes", "Throttled 200, ? s")] // what is no page has headers all the same
    [InlineData("{ status: 204, action: refuse }", 204, "", "", "Refused 204")]
    [InlineData("{ path: stat, isNot: OK }, { header: X-Busy, action: throttle }", 200, "<html>", "X-Busy: yes", "Throttled 200, ? s")] // no word of a body that cannot be read
    [InlineData("{ header: Content-Type, is: text/plain, action: throttle }", 200, """{"data":[]}""", "Content-Type: text/plain", "Throttled 200, ? s")] // a header of the content
    [InlineData("{ status: 400, header: X-Error-Code, is: E9, action: empty }", 400, "no JSON", "X-Error-Code: E9", "Page of 0")]
    [InlineData("{ status: 400, header: X-Error-Code, is: E9, action: empty }", 400, "no JSON", "X-Error-Code: E8", "Refused 400: GET /x answered 400. Check the address")]
    [InlineData("{ status: 400, header: X-Error-Code, is: E9, action: throttle }", 503, "no JSON", "X-Error-Code: E9", "Failed 503")]
    [InlineData("{ status: 403, header: X-Quota, isNot: '0', action: refuse }, { status: 403, action: throttle }", 403, "{}", "X-Quota: 0", "Throttled 403, ? s")]
    [InlineData("{ path: stat, isNot: OK, action: refuse }", 200, """{"stat":"FAIL","data":[]}""", "", "Refused 200: the vendor's answer says that it is an error ('stat' is not 'OK')")]
    [InlineData("{ path: stat, isNot: OK, action: refuse }", 200, """{"data":[]}""", "", "Refused 200")]
    [InlineData("{ path: stat, isNot: OK, action: refuse }", 200, """{"stat":"OK","data":[]}""", "", "Page of 0")]
    [InlineData("{ header: X-Part, is: yes, action: ignore }, { path: errors }", 200, """{"errors":[1],"data":[{"at":1}]}""", "X-Part: yes", "Page of 1")]
    public async Task A_rule_decides_by_a_header_too(string rules, int status, string body, string headers, string expected)
    {
        (string, string)[] sent = [.. headers.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(header => header.Split(':', 2)).Select(pair => (pair[0], pair[1].Trim()))];
        await using var server = await ScriptedServer.StartAsync(_ => new(status, body, sent));
        await using var pull = new Pull();
        var told = Pull.Tell(await pull.AskAsync(Pull.DefineYaml(server.BaseUrl, $"request: {{ path: /x }}\nevents: {{ path: data }}\ntime: at\nerrors: [{rules}]")));
        Assert.StartsWith(expected, told, StringComparison.Ordinal);
    }

    // Where events are made of an answer of another shape, paths of rules are those of the answer.
    [Theory]
    [InlineData("{ path: [a, b] }", "{ path: state, is: busy, action: throttle, wait: retry.in }", 200, """{"a":[],"b":[],"state":"busy","retry":{"in":4}}""", "Throttled 200, 4 s")]
    [InlineData("{ path: 'd[*].e' }", "{ path: state, isNot: ok, action: throttle, wait: in }", 200, """{"d":[],"state":"busy","in":"4"}""", "Throttled 200, 4 s")]
    [InlineData("{ format: xml, path: log.entry }", "{ path: log.state, is: busy, action: throttle, wait: log.@in }", 200, "<log in='4'><state>busy</state></log>", "Throttled 200, 4 s")]
    [InlineData("{ format: xml, path: log.entry }", "{ status: 400, path: Error.Code, is: SlowDown, action: throttle, wait: Error.Seconds }", 400, "<?xml version='1.0'?><Error><Code>SlowDown</Code><Seconds>4</Seconds></Error>", "Throttled 400, 4 s")]
    [InlineData("{ format: xml, path: log.entry }", "{ status: 400, path: Error.Code, is: SlowDown, action: throttle }", 400, "<Error><Code>Wrong</Code></Error>", "Refused 400")]
    [InlineData("{ format: xml, path: log.entry }", "{ status: 400, path: code, is: slow, action: throttle }", 400, """{"code":"slow"}""", "Throttled 400, ? s")]
    [InlineData("{ format: xml, path: log.entry }", "{ status: 400, path: Error.Code, isNot: OK, action: throttle }", 400, "<Error><Code>OK", "Refused 400")]
    [InlineData("{ path: [a, b] }", "{ status: 400, path: code, is: slow, action: throttle, wait: in }", 400, """{"code":"slow","in":4}""", "Throttled 400, 4 s")]
    public async Task A_rule_looks_at_the_answer_of_any_shape(string events, string rules, int status, string body, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(status, body));
        await using var pull = new Pull();
        var told = Pull.Tell(await pull.AskAsync(Pull.DefineYaml(server.BaseUrl, $"request: {{ path: /x }}\nevents: {events}\ntime: at\nerrors: [{rules}]")));
        Assert.StartsWith(expected, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_position_that_is_gone_is_given_up()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(409, """{"error":{".tag":"reset"}}"""));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(server.BaseUrl, """
            request: { path: /x, query: { c: "{cursor}" } }
            paging: { kind: cursor, path: cursor }
            events: { path: data }
            time: at
            progress: cursor
            errors: [{ status: 409, path: "error['.tag']", is: reset, action: restart }]
            """);
        var refused = Assert.IsType<PageResult.Refused>(await pull.AskAsync(source, "old"));
        Assert.Equal((409, true), (refused.StatusCode, refused.IsOfCursor));
    }

    [Theory]
    [InlineData("{ path: m, pattern: 'since (\\S+)' }", """{"m":"kept since 2026-01-03T00:00:00Z only"}""", "2026-01-03T00:00:00Z")]
    [InlineData("{ path: m, pattern: '[0-9]+', format: unix-s }", """{"m":"1767398400 at least"}""", "2026-01-03T00:00:00Z")]
    [InlineData("{ path: m, format: yyyy-MM-dd HH:mm, zone: Europe/Berlin }", """{"m":"2026-01-03 01:00"}""", "2026-01-03T00:00:00Z")]
    [InlineData("{ path: m, format: unix-ms }", """{"m":1767398400000}""", "2026-01-03T00:00:00Z")]
    [InlineData("{ header: X-Oldest, format: rfc2822 }", "no JSON", "2026-01-02T00:00:00Z")]
    [InlineData("{ path: m, pattern: 'since (\\S+)' }", """{"m":"too old"}""", null)]
    [InlineData("{ path: m }", """{"other":1}""", null)]
    [InlineData("{ path: m }", "no JSON", null)]
    [InlineData("{ header: X-Other }", "{}", null)]
    public async Task A_refusal_says_from_when_on_there_are_events(string from, string body, string? expected)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(410, body, ("X-Oldest", "Fri, 02 Jan 2026 00:00:00 +0000")));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(server.BaseUrl, $"request: {{ path: /x }}\nevents: {{ path: data }}\ntime: at\nerrors: [{{ status: 410, action: restart, from: {from} }}]");
        var refused = Assert.IsType<PageResult.Refused>(await pull.AskAsync(source));
        Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), refused.KeptFromAt);
        Assert.Contains(expected is null ? "the position that was kept is not known any more" : $"the vendor has events from {expected} on only", refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ path: a, action: skip }", "errors.action (line 3): is 'skip'; allowed: retry, throttle, refuse, empty, restart, ignore, gone, rest.")]
    [InlineData("{ status: 400, action: ignore }", "errors.action (line 3): is 'ignore', but an answer with an error status is no page")]
    [InlineData("{ action: throttle }", "errors.path: is missing: by a 'status', a 'path' in the body or a 'header' the rule says which answers it is for.")]
    [InlineData("{ status: 99, path: a }", "errors.status (line 3): is '99'; allowed: a whole number from 200 to 599.")]
    [InlineData("{ status: 400, is: x }", "errors.is (line 3): needs a 'path' or a 'header': where the value stands in the answer.")]
    [InlineData("{ status: 400, isNot: x }", "errors.isNot (line 3): needs a 'path' or a 'header'")]
    [InlineData("{ path: a, header: X-A, is: b }", "errors.header (line 3): stands beside 'path': a rule looks at the body or at a header, in one of them.")]
    [InlineData("{ header: X-A, is: a, isNot: b }", "errors.isNot (line 3): stands beside 'is': one of them says which values count.")]
    [InlineData("{ header: 'X A', is: a }", "errors.header (line 3): is 'X A', which is no name of a header: it has letters, digits and '-'.")]
    [InlineData("{ header: '', is: a }", "errors.header (line 3): is '', which is no name of a header")]
    [InlineData("{ header: X-A, equals: a }", "errors.equals (line 3): is not known here; allowed: action, from, header, is, isNot, path, status, wait.")]
    [InlineData("{ headers: X-A }", "errors.path: is missing: by a 'status'")]
    [InlineData("{ header: X-A, isNot: b }, { header: x-a, is: c, action: throttle }", "errors.header (line 3): never applies: the rule before it for header 'X-A' is not 'b' decides.")]
    [InlineData("{ path: a }, { path: a, is: c, action: throttle }", "errors.path (line 3): never applies: the rule before it for 'a' decides.")]
    [InlineData("{ path: a, wait: b }", "errors.wait (line 3): is for 'action: throttle'.")]
    [InlineData("{ status: 400, path: 'a[' }", "errors.path (line 3): ")]
    [InlineData("{ status: 400, from: { path: a } }", "errors.from (line 3): is for 'action: restart'.")]
    [InlineData("{ status: 400, action: restart, from: { format: unix-s } }", "errors.from.path: or 'header' or 'before' says from when on the vendor has events: name one of the three.")]
    [InlineData("{ status: 400, action: restart, from: { path: a, before: 7d } }", "errors.from.path (line 3): or 'header' or 'before' says")]
    [InlineData("{ status: 400, action: restart, from: { before: 7d, pattern: a } }", "errors.from.before (line 3): is a duration: ")]
    [InlineData("{ status: 400, action: restart, from: { path: a, pattern: '(' } }", "errors.from.pattern (line 3): is not a regular expression: ")]
    [InlineData("{ status: 400, action: restart, from: { path: a, format: nope } }", "errors.from.format (line 3): 'nope' is no time format.")]
    public void A_rule_that_says_nothing_is_refused(string rule, string expected) =>
        Assert.StartsWith(expected, Pull.ProblemsOf(("definition", $"baseUrl: https://a.example\ntime: at\nerrors: [{rule}]"))[0], StringComparison.Ordinal);
}
