using System.Text;
using System.Text.Json;
using AuditFunctions.Sources.Catalogs;
using AuditFunctions.Tests.Events;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources.Processors;

/// <summary>Every action on every kind of event: it gives JSON, the same each time, loses nothing in silence and never throws.</summary>
public sealed class ProcessorConformanceTests
{
    // One or more lists for each action, with paths that events hold, do not hold, and hold in another kind.
    private static readonly Dictionary<string, string[]> Cases = new(StringComparer.Ordinal)
    {
        ["keep"] = ["{ when: { path: id, exists: true } }", "{ when: { path: '**.a', regex: '[0-9]' } }"],
        ["drop"] = ["{ when: { not: { path: id, exists: true } } }", "{ when: { path: 'a[-1]', above: 1 } }", "{ when: { path: '**.a', sameAs: '**.*' } }"],
        ["sample"] = ["{ oneIn: 3 }"],
        ["dedupe"] = ["{ paths: [id, a.b] }", "{ paths: [id, a.b], within: 1h }"],
        ["remove"] = ["{ paths: [id, a, '**.b'] }", "{ paths: ['[*]'] }", "{ paths: ['$'] }", "{ paths: ['a[-1]', 'data[0]'] }", "{ paths: ['*', '**.b*', '**.*'] }"],
        ["select"] = ["{ paths: [id, a.b, data] }", "{ paths: [\"['a.b']\", a] }"],
        ["compact"] = ["{ }", "{ texts: [x, '1'] }"],
        ["rename"] = ["{ fields: { id: other, a.b: \"it's \\\"x\\\"\" } }"],
        ["set"] = ["{ fields: { a.b.c: '{{id}}', new: 'x {{a?}}', id: 5 } }", "{ fields: { a: [1, { b: 'x' }], b.c: { d: null } } }", "{ fields: { x: '{{$source}}{{$vendor}}{{$template}}{{$partition}}{{$id}}{{$time?}}' } }"],
        ["redact"] = ["{ paths: [id, '**.a'] }", "{ patterns: [email, ipv4, ipv6, card, token] }", "{ regex: '[a-z]+', keepLast: 2 }", "{ paths: [data], patterns: [card] }"],
        ["pseudonymise"] = ["{ paths: [id, '**.a'], key: secret:k }", "{ paths: ['$'], key: secret:k, ignoreCase: true }"],
        ["encrypt-subject"] = ["{ subject: id, paths: [id, '**.a'], key: secret:k }", "{ subject: '**.b', paths: ['$'], key: secret:k, ignoreCase: true }"],
        ["truncate"] = ["{ paths: [id, '**.a'], characters: 2 }", "{ paths: ['**.b'], characters: 0, with: '' }"],
        ["extract"] = ["{ path: data }", "{ path: 'a[-1]' }"],
        ["split"] = ["{ path: data }", "{ path: '$' }", "{ path: '**.a' }"],
        ["flatten"] = ["{ }", "{ path: a, separator: '', depth: 1 }"],
        ["lift"] = ["{ path: a }", "{ path: a.b, prefix: 'x_' }", "{ path: data }", "{ path: \"['']\" }"],
        ["parse"] = ["{ paths: [id, '**.a'], as: json }", "{ paths: ['**.b'], as: key-value }", "{ paths: ['**.b'], as: query }", "{ paths: ['**.b'], as: csv, columns: [x] }", "{ paths: [id, '**.a'], as: regex, regex: '(?<x>[a-z])?(?<y>.*)' }"],
        ["zip"] = ["{ paths: [data, '**.a'], name: id, values: [a, b] }", "{ paths: ['$'], name: k }"],
        ["convert"] =
        [
            "{ paths: [id, '**.a'], to: text }", "{ paths: [id, '**.b'], to: number }", "{ paths: ['$'], to: flag }", "{ paths: ['**.a', '**.b'], to: lower }", "{ paths: ['**.b'], to: upper }",
            "{ paths: ['**.a'], to: list, separator: ' ' }",
        ],
        ["timestamp"] = ["{ paths: [id, '**.a'], to: unix-ms }", "{ paths: ['**.b'], from: unix-s }"],
        ["lookup"] = ["{ path: id, into: a.b, table: { '12': twelve }, otherwise: { none: [1] } }", "{ path: id, into: a.b, file: a.csv, key: k, otherwise: none }", "{ paths: [id, '**.a'], into: a.b, file: a.csv, key: [k, l], otherwise: none }"],
        ["geoip"] = ["{ path: id, into: a.b, file: city.mmdb }"],
        ["asn"] = ["{ path: id, into: a.b, file: asn.mmdb }"],
        ["map"] =
        [
            "{ to: ocsf, template: okta-system-log }",
            "{ definition: { schema: ecs, fields: { user.id: id, event.action: a.b, related.user: { all: ['**.a', id] }, own.x: data } } }",
            "{ definition: { fields: { time: a, message: [a, id] }, rules: [ { class: api_activity, fields: { actor.user.uid: id, api.operation: a, src_endpoint.ip: b, resources: { each: data, fields: { uid: id, name: a } } } } ] } }",
            "{ file: own.yaml, unmatched: fail }",
        ],
        ["script"] =
        [
            "{ code: 'function process(event) { return event }' }",
            "{ code: 'function process(event) { for (const name of Object.keys(event)) if (name === \"a\") event[name] = { was: event[name] }; return event }' }",
            "{ code: 'function process(event) { return [event.data, event] }' }",
            "{ code: 'function process(event) { return JSON.parse(JSON.stringify(event)) }' }",
        ],
    };

    private static readonly string[] Hostile =
    [
        "{}", "[]", "null", "\"id\"", "12", "-0.5e10", "true", "[[[]]]", "  { \"id\" : 1 }  ",
        """{"id":1,"id":2,"id":{"a":3}}""", """{"id":{"a":1},"a":[],"data":"x"}""", """{"id":null,"a":null,"data":null}""",
        """{"a":{"b":5}}""", """{"a":{"b":{"c":"no"}}}""", """{"a":"text","data":[1,"2",null,{"id":"x","a":[]}]}""",
        """{"":{"":1},"a.b":2,"a":{"b.c":3,"\u0062":"esc\u0061ped"}}""", """{"a":"\ud800 half","b":"\"\\\/\b\f\n\r\t"}""",
        """{"id":12345678901234567890123456789,"n":1E400,"a":-0.00}""", """{"data":[{"k":"x","v":1},{"k":"x","v":2}]}""", """{"data":[{"id":"x","a":1},{"id":7}]}""",
        """{"b":"x=1 y=\"2 3\" z","a":"2026-01-01T00:00:00Z"}""", """{"b":"\"open,","a":"{\"broken\":"}""", """{"b":"%zz&=&a=%41%","a":"[1,2]"}""",
        """{"x":"a@b.example 10.0.0.1 2001:db8::1 4111111111111111 ghp_abcdefghijklmnopqrstuvwx","a@b.example":4111111111111111}""",
        string.Concat(Enumerable.Repeat("{\"a\":", 4_000)) + "1" + new string('}', 4_000),
        string.Concat(Enumerable.Repeat("[", 4_000)) + "1" + new string(']', 4_000),
    ];

    public static TheoryData<string, string> Lists()
    {
        var all = new TheoryData<string, string>();
        foreach (var (action, keys) in Cases)
        {
            Array.ForEach(keys, one => all.Add(action, one));
        }

        return all;
    }

    [Fact]
    public void Every_action_has_a_case() => Assert.Equal(ProcessorCatalog.Actions.Names.Order(StringComparer.Ordinal), Cases.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Lists))]
    public void It_takes_every_event(string action, string keys)
    {
        var list = ListOf(action, keys);
        Check(list, Hostile);
        Law.ForSeeds(40, random => Check(list, [.. Enumerable.Range(0, 4).Select(_ => Encoding.UTF8.GetString(new SomePages(random.Next()).Good()))]));
    }

    private static AuditFunctions.Sources.Processors.ProcessorList ListOf(string action, string keys) =>
        Processors.Lists.Read($"[ {{ action: {action}, {keys[1..]} ]".Replace(", }", " }", StringComparison.Ordinal));

    private static void Check(AuditFunctions.Sources.Processors.ProcessorList list, string[] events)
    {
        var once = Processors.Lists.Apply(list, events);
        var twice = Processors.Lists.Apply(list, events);
        Assert.Equal(once.After, twice.After);
        Assert.All(once.After, AssertJson);

        // Whatever came is there, or was left out and counted.
        Assert.Equal(events.Length, once.Suffixes.Count(suffix => suffix is "" or "/0") + once.DroppedBy.Count);
        Assert.Equal(once.DroppedBy.Count, once.Counts.Sum(count => count.Dropped));
        Assert.All(once.Failures.OfType<string>(), failure => Assert.DoesNotContain("fault", failure, StringComparison.Ordinal));
        if (list.Withholds)
        {
            Assert.All(once.Failures, Assert.Null);
        }
    }

    private static void AssertJson(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { MaxDepth = 10_000 });
        while (reader.Read())
        {
        }
    }
}
