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
    [InlineData("{ action: throttle }", "errors.path: is missing.")]
    [InlineData("{ status: 99, path: a }", "errors.status (line 3): is '99'; allowed: a whole number from 200 to 599.")]
    [InlineData("{ status: 400, is: x }", "errors.is (line 3): needs a path: where the value stands in the answer.")]
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
