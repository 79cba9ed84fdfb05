namespace AuditFunctions.Tests.Sources.Processors;

/// <summary>What a script makes of events, and that it can do nothing else.</summary>
public sealed class ScriptProcessorTests
{
    private const string Event = """{"id":12345678901234567890, "a":{"b":[1, 2.50,{"c":1e400}]},"t":"x\u00e9","t":2}""";

    [Theory]
    [InlineData("return event")]
    [InlineData("return true")]
    [InlineData("return [event]")]
    [InlineData("event.a.b[2].c; return event")]
    [InlineData("event.a.b.map(x => x); JSON.stringify(event); Object.keys(event); return event")]
    [InlineData("event.a = event.a; event.t = event.t; return event")]
    [InlineData("event.n = undefined; return event")]
    [InlineData("Object.prototype.toJSON = () => 1; Object.prototype.z = 1; return event")]
    public void An_event_that_it_does_not_change_keeps_its_bytes(string body) => Assert.Equal([Event], Run(body).After);

    [Theory]
    [InlineData("event.n = 1; return event", """{"id":12345678901234567890,"a":{"b":[1, 2.50,{"c":1e400}]},"t":"x\u00e9","t":2,"n":1}""")]
    [InlineData("event.t = 'y'; return event", """{"id":12345678901234567890,"a":{"b":[1, 2.50,{"c":1e400}]},"t":"y"}""")]
    [InlineData("delete event.t; event.copy = event.id; return event", """{"id":12345678901234567890,"a":{"b":[1, 2.50,{"c":1e400}]},"copy":12345678901234567890}""")]
    [InlineData("event.a.z = 1; return event", """{"id":12345678901234567890,"a":{"b":[1, 2.50,{"c":1e400}],"z":1},"t":"x\u00e9","t":2}""")]
    [InlineData("event.a.b[2].z = 1; return event", """{"id":12345678901234567890,"a":{"b":[1,2.50,{"c":1e400,"z":1}]},"t":"x\u00e9","t":2}""")]
    [InlineData("event.a.b = event.a.b.filter(x => x !== 1); return event", """{"id":12345678901234567890,"a":{"b":[2.5,{"c":1e400}]},"t":"x\u00e9","t":2}""")]
    [InlineData("return event.a.b[2]", """{"c":1e400}""")]
    [InlineData("return { x: event.a, ...event }", """{"x":{"b":[1, 2.50,{"c":1e400}]},"id":12345678901234567890,"a":{"b":[1, 2.50,{"c":1e400}]},"t":"xé"}""")]
    [InlineData("const { t, ...rest } = event; return rest", """{"id":12345678901234567890,"a":{"b":[1, 2.50,{"c":1e400}]}}""")]
    [InlineData("return { at: new Date('2026-01-31T10:00:00+01:00').toISOString(), ms: new Date(0).getTime() }", """{"at":"2026-01-31T09:00:00.000Z","ms":0}""")]
    [InlineData("function* g() { yield 1; yield 2 } return { a: [...g()] }", """{"a":[1,2]}""")]
    public void What_it_does_not_change_keeps_its_bytes(string body, string after) => Assert.Equal([after], Run(body).After);

    [Fact]
    public void An_event_of_many_members_is_read_and_written_whole()
    {
        var wide = $"{{{string.Join(',', Enumerable.Range(0, 50_000).Select(at => $"\"k{at}\":{at}.0"))}}}";
        var applied = Lists.Apply(List("let sum = 0; for (let i = 0; i < 20; i++) sum += event['k' + i]; event.sum = sum; return event"), wide);
        Assert.Equal([wide[..^1] + ",\"sum\":190}"], applied.After);
    }

    [Fact]
    public void Names_keep_their_order_and_are_no_prototypes()
    {
        const string Odd = """{"b":1,"2":1,"1":1,"__proto__":{"x":1},"constructor":3}""";
        Assert.Equal(["""{"b":1,"2":1,"1":0,"__proto__":{"x":1},"constructor":3}"""], Lists.Apply(List("event['1'] = 0; return event"), Odd).After);
    }

    [Fact]
    public void Two_long_numbers_that_it_cannot_tell_apart_are_not_mixed_up()
    {
        const string Twins = """{"x":9007199254740993,"y":9007199254740992}""";
        Assert.Equal(["""{"x":9007199254740993,"y":9007199254740992,"same":true}"""], Lists.Apply(List("event.same = event.x === event.y; return event"), Twins).After);
        Assert.Equal("1-script: moved one of two long numbers that it cannot tell apart", Assert.Single(Lists.Apply(List("return { z: event.x, y: event.y }"), Twins).Failures));
    }

    [Theory]
    [InlineData("")]
    [InlineData("return null")]
    [InlineData("return undefined")]
    [InlineData("return false")]
    [InlineData("return []")]
    public void Nothing_leaves_the_event_out(string body)
    {
        var applied = Run(body);
        Assert.Empty(applied.After);
        Assert.Equal(["1-script"], applied.DroppedBy);
    }

    [Fact]
    public void A_list_becomes_events()
    {
        var applied = Run("return [event.a, { n: 1 }]");
        Assert.Equal(["""{"b":[1, 2.50,{"c":1e400}]}""", """{"n":1}"""], applied.After);
        Assert.Equal(["/0", "/1"], applied.Suffixes);
    }

    [Theory]
    [InlineData("while (true) {}", "process, line 1: ran more than 100,000 statements")]
    [InlineData("for (;;) try { for (;;) {} } finally { continue }", "process, line 1: ran more than 100,000 statements")]
    [InlineData("function* g() { while (true) yield 1 } return [...g()]", "process, line 1: ran more than 100,000 statements")]
    [InlineData("return [3, 1, 2].sort(() => { while (true) {} })", "process, line 1: ran more than 100,000 statements")]
    [InlineData("return process(event)", "process, line 1: a function calls itself more than 100 times deep")]
    [InlineData("try { return process(event) + 1 } catch (e) { return { caught: 1 } }", "process, line 1: a function calls itself more than 100 times deep")]
    [InlineData("let s = 'x'; while (true) s += s", "process, line 1: took more than 64 MB of memory")]
    [InlineData("return 'x'.repeat(1e9)", "process, line 1: repeat would make a text of more than 1,000,000 characters")]
    [InlineData("return 'x'.padEnd(2 ** 30)", "process, line 1: padEnd would make a text of more than 1,000,000 characters")]
    [InlineData("return 'x'.padStart(2 ** 30)", "process, line 1: padStart would make a text of more than 1,000,000 characters")]
    [InlineData("return new Array(1e5).fill('x'.repeat(1e5)).join('')", "process, line 1: join would make a text of more than 1,000,000 characters")]
    [InlineData("return 'x'.repeat(1e5).replace(/x/g, 'y'.repeat(1e5))", "process, line 1: replace would make a text of more than 1,000,000 characters")]
    [InlineData("return 'x'.repeat(1e5).replaceAll('x', 'y'.repeat(1e5))", "process, line 1: replaceAll would make a text of more than 1,000,000 characters")]
    [InlineData("return new Array(2 ** 32 - 1)", "process, line 1: an array has room for more than 131,072 elements")]
    [InlineData("return Array.from({ length: 2 ** 32 - 1 })", "process, line 1: an array has room for more than 131,072 elements")]
    [InlineData("const a = []; a[2 ** 32 - 2] = 1; return { a }", "process: gave back an array of more than 131,072 elements")]
    [InlineData("const a = []; a.length = 2 ** 32 - 1; return { a }", "process: gave back an array of more than 131,072 elements")]
    [InlineData("event.self = event; return event", "process: gave back a value that holds itself, or is nested more than 200 levels deep")]
    [InlineData("let o = {}; for (let i = 0; i < 60; i++) o = { a: o, b: o }; return o", "process: gave back more than 500,000 values, or 16 MB")]
    [InlineData("return new Proxy(event, {})", "process: gave back an object of another kind (Proxy), which JSON does not have")]
    [InlineData("return { get x() { while (true) {} } }", "process: gave back an object with a getter or setter")]
    [InlineData("return { x: () => 1 }", "process: gave back a function, which JSON does not have")]
    [InlineData("return { x: NaN }", "process: gave back a number that JSON does not have (NaN or infinite)")]
    [InlineData("return { x: 10n }", "process: gave back a BigInt, which JSON does not have")]
    [InlineData("return { x: Symbol('a') }", "process: gave back a symbol, which JSON does not have")]
    [InlineData("return { x: new Date(0) }", "process: gave back a Date (write it with toISOString), which JSON does not have")]
    [InlineData("return { x: new Map() }", "process: gave back an object of another kind (Map), which JSON does not have")]
    [InlineData("return /^(a+)+$/.test('a'.repeat(50) + 'b')", "process, line 1: a regular expression took longer than 250 ms")]
    [InlineData("return 'text'", "process: gave back a text or number; allowed: an event, a list of events, nothing, true or false")]
    [InlineData("return [event, 1]", "process: gave back a list that holds what is no object")]
    public void One_that_goes_too_far_fails_and_the_event_stays(string body, string failure)
    {
        var applied = Run(body);
        Assert.Equal([Event], applied.After);
        Assert.Equal(["1-script: " + failure], applied.Failures);
    }

    [Theory]
    [InlineData("return { d: new Date() }", "asked for the time, which scripts do not have: the same event must give the same result")]
    [InlineData("return { d: Date() }", "asked for the time, which scripts do not have: the same event must give the same result")]
    [InlineData("return { d: Date.now() }", "TypeError: Property 'now' of object is not a function")]
    [InlineData("return { d: Math.random() }", "TypeError: Property 'random' of object is not a function")]
    [InlineData("return eval('1')", "ReferenceError: eval is not defined")]
    [InlineData("return new Function('return 1')()", "TypeError")]
    [InlineData("return (() => {}).constructor('return 1')()", "TypeError")]
    [InlineData("return System.IO.File.ReadAllText('/etc/passwd')", "ReferenceError: System is not defined")]
    [InlineData("return require('fs')", "ReferenceError: require is not defined")]
    [InlineData("return fetch('https://acme.example')", "ReferenceError: fetch is not defined")]
    [InlineData("return setTimeout(() => 1)", "ReferenceError: setTimeout is not defined")]
    [InlineData("return event.GetType()", "TypeError")]
    public void It_has_nothing_but_the_language(string body, string failure) =>
        Assert.StartsWith("1-script: process, line 1: " + failure, Assert.Single(Run(body).Failures), StringComparison.Ordinal);

    [Theory]
    [InlineData("throw new Error('no actor')", "process, line 1: Error: no actor")]
    [InlineData("throw new Error('bad ' + event.t)", "process, line 1: Error")]        // may hold something of the event
    [InlineData("throw new RangeError(JSON.stringify(event))", "process, line 1: RangeError")]
    [InlineData("throw event", "process, line 1: threw what is no Error")]
    [InlineData("return BigInt(event.t)", "process, line 1: SyntaxError")]
    [InlineData("return event.nope.x", "process, line 1: TypeError: Cannot read properties of undefined (reading 'x')")]
    public void An_error_says_where_and_nothing_of_the_event(string body, string failure) => Assert.Equal(["1-script: " + failure], Run(body).Failures);

    [Fact]
    public void An_error_names_the_line()
    {
        var list = List("const id = event.id\nconst name =\n  id.first.second\nreturn event");
        Assert.Equal(["1-script: process, line 3: TypeError: Cannot read properties of undefined (reading 'second')"], Lists.Apply(list, Event).Failures);
    }

    [Fact]
    public void After_a_stop_nothing_of_the_event_stays()
    {
        const string Code = """
            - action: script
              code: |
                let before = 0
                function process(event) { before++; if (event.id === 1) while (true) {} event.before = before; return event }
            """;
        var applied = Lists.Apply(Code, """{"id":0}""", """{"id":1}""", """{"id":2}""");
        Assert.Equal(["""{"id":0,"before":1}""", """{"id":1}""", """{"id":2,"before":1}"""], applied.After);
    }

    [Fact]
    public void What_it_keeps_is_gone_with_the_page()
    {
        var list = Lists.Read("[ { action: script, code: \"let n = 0; function process(event) { event.n = ++n; return event }\" } ]");
        Assert.Equal(["""{"n":1}""", """{"n":2}"""], Lists.Apply(list, "{}", "{}").After);
        Assert.Equal(["""{"n":1}"""], Lists.Apply(list, "{}").After);
    }

    [Fact]
    public void Slow_events_do_not_hold_up_a_page_for_long()
    {
        var applied = Lists.Apply(List("if (event.slow) /^(a+)+$/.test('a'.repeat(50) + 'b'); return event"), [.. Enumerable.Repeat("""{"slow":true}""", 11), """{"slow":false}"""]);
        Assert.All(applied.Failures.Take(10), failure => Assert.Contains("longer than 250 ms", failure, StringComparison.Ordinal));
        Assert.All(applied.Failures.Skip(10), failure => Assert.Equal("1-script: not called any more: 10 events of this page took too long", failure));
    }

    [Theory]
    [InlineData("function process(event) {\n  return event.\n}", "line 3 of the script: Unexpected token '}'.")]
    [InlineData("const x = 1", "has no function process; write: function process(...) { ... }.")]
    [InlineData("async function process(event) { return event }", "line 1 of the script: waits or imports, which scripts cannot.")]
    [InlineData("function process(event) { return event }\nasync () => 1", "line 2 of the script: waits or imports, which scripts cannot.")]
    [InlineData("function process(event) { return import('fs') }", "line 1 of the script: waits or imports, which scripts cannot.")]
    [InlineData("function* process(event) { yield event }", "line 1 of the script: must be a function without a star.")]
    [InlineData("import fs from 'fs'\nfunction process(event) { return event }", "line 1 of the script: Cannot use import statement outside a module.")]
    [InlineData("with (x) {}", "line 1 of the script: Strict mode code may not include a with statement.")]
    public void What_cannot_run_is_refused_with_its_line(string code, string problem)
    {
        var text = string.Join('\n', code.Split('\n').Select(line => "    " + line));
        Assert.Equal(["processors[0].code (line 2): " + problem], Lists.ProblemsOf($"- action: script\n  code: |\n{text}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(", code: ''")]
    public void Without_code_it_is_refused(string code) =>
        Assert.Contains("is missing: JavaScript with a function process(event).", Assert.Single(Lists.ProblemsOf($"[ {{ action: script{code} }} ]")), StringComparison.Ordinal);

    [Fact]
    public void Too_long_and_too_deep_ones_are_refused()
    {
        Assert.Contains("allowed: 32,768", Assert.Single(Lists.ProblemsOf($"[ {{ action: script, code: \"{new string(' ', 33_000)};\" }} ]")), StringComparison.Ordinal);
        Assert.NotEmpty(Lists.ProblemsOf($"[ {{ action: script, code: \"{new string('(', 30_000)}\" }} ]"));
        Assert.NotEmpty(Lists.ProblemsOf($"[ {{ action: script, code: \"function process(event) {{ return {new string('[', 15_000)}{new string(']', 15_000)} }}\" }} ]"));
    }

    private static Applied Run(string body) => Lists.Apply(List(body), Event);

    private static string List(string body) =>
        $"- action: script\n  code: |\n    function process(event) {{ {string.Join("\n    ", body.Split('\n'))} }}";
}
