using System.Text;
using System.Text.RegularExpressions;
using AuditFunctions.Events;
using AuditFunctions.Tests.Events;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources.Processors;

/// <summary>What pipelines of other tools do to audit events, said with our actions, on events of our own.</summary>
public sealed class RebuiltPipelineTests
{
    /// <summary>As packs for Okta do: a table says what becomes of each type, and what is empty goes.</summary>
    [Fact]
    public void A_table_decides_what_is_dropped_sampled_and_suppressed_and_what_is_empty_goes()
    {
        var table = Encoding.UTF8.GetBytes("EventType,action\nuser.login,keep\ntoken.grant,suppress\nuser.sso,sample\ntoken.create,drop\n");
        var applied = Lists.Apply(
            Lists.Read("""
                - { action: lookup, path: eventType, into: _action, file: types.csv, key: EventType, column: action }
                - { action: drop, when: { path: _action, equals: drop } }
                - { action: sample, oneIn: 1000000, when: { path: _action, equals: sample } }
                - { action: dedupe, paths: [eventType], within: 30s, when: { path: _action, equals: suppress } }
                - { action: remove, paths: [_action] }
                - { action: compact, texts: ["null"] }
                - { action: set, fields: { index: okta, tags: [audit, okta] } }
                """),
            new Dictionary<string, byte[]> { ["types.csv"] = table },
            """{"id":"1","eventType":"user.login","actor":{"id":"u1","detail":null},"client":{"device":"null","geo":{"city":null}},"n":12345678901234567890}""",
            """{"id":"2","eventType":"token.create"}""",
            """{"id":"3","eventType":"token.grant"}""",
            """{"id":"4","eventType":"token.grant"}""",
            """{"id":"5","eventType":"user.sso"}""");
        Assert.Equal(
            [
                """{"id":"1","eventType":"user.login","actor":{"id":"u1"},"n":12345678901234567890,"index":"okta","tags":["audit", "okta"]}""",
                """{"id":"3","eventType":"token.grant","index":"okta","tags":["audit", "okta"]}""",
            ],
            applied.After);
        Assert.Equal(["2-drop", "4-dedupe", "3-sample"], applied.DroppedBy);
    }

    /// <summary>As packs for firewalls do: a line of CSV behind a header, of which some columns go.</summary>
    [Fact]
    public void A_line_of_a_firewall_becomes_an_event_without_the_columns_that_nobody_needs()
    {
        var applied = Lists.Apply(
            """
            - { action: parse, paths: [raw], as: regex, regex: "^[^,]* (?<host>[^ ,]+) (?<line>[^ ,]*,.*)$" }
            - action: parse
              paths: [raw.line]
              as: csv
              columns: [future_use1, receive_time, serial, subtype, generated, src_ip, user, future_use2]
            - { action: set, fields: { raw.line.host: "{{raw.host}}" } }
            - { action: extract, path: raw.line }
            - { action: timestamp, paths: [generated], from: "yyyy/MM/dd HH:mm:ss", zone: Europe/Berlin }
            - { action: drop, when: { path: subtype, equals: start } }
            - { action: remove, paths: ["future_use*", "*_time"] }
            """,
            """{"id":"1","raw":"Jan  1 00:00:00 fw01 1,2026/01/01 00:00:01,0011,end,2026/01/01 00:00:00,10.0.0.1,\"Berg, Anna\",x"}""",
            """{"id":"2","raw":"Jan  1 00:00:00 fw01 1,2026/01/01 00:00:01,0011,start,2026/01/01 00:00:00,10.0.0.1,,x"}""");
        Assert.Equal(["""{"serial":"0011","generated":"2025-12-31T23:00:00.000Z","src_ip":"10.0.0.1","user":"Berg, Anna","host":"fw01"}"""], applied.After.Select(Without));
        Assert.Equal(["6-drop"], applied.DroppedBy);

        static string Without(string json) => json.Replace("\"subtype\":\"end\",", "", StringComparison.Ordinal);
    }

    /// <summary>As packs for endpoint sensors do: fields by the start of their names, and connections to oneself.</summary>
    [Fact]
    public void A_sensors_noise_goes_by_name_and_by_comparing_two_fields()
    {
        var applied = Lists.Apply(
            """
            - { action: remove, paths: ["Config*", Entitlements] }
            - { action: drop, when: { path: RemoteAddress, sameAs: LocalAddress } }
            - { action: redact, paths: [CommandLine], regex: "(?i)-p(assword)? +[^ ]+", with: "-p XXXX" }
            """,
            """{"id":"1","ConfigBuild":"9","ConfigState":{"a":1},"Entitlements":"15","CommandLine":"db -Password hunter2 --host x","RemoteAddress":"192.0.2.1","LocalAddress":"10.0.0.1"}""",
            """{"id":"2","RemoteAddress":"10.0.0.1","LocalAddress":"10.0.0.1"}""");
        Assert.Equal(["""{"id":"1","CommandLine":"db -p XXXX --host x","RemoteAddress":"192.0.2.1","LocalAddress":"10.0.0.1"}"""], applied.After);
    }

    /// <summary>As Grove's processors do for Google Workspace: names and values zipped, an event for each, one schema.</summary>
    [Fact]
    public void Activities_are_zipped_split_and_written_in_a_schema_of_ones_own()
    {
        var applied = Lists.Apply(
            """
            - { action: zip, paths: ["events[*].parameters"], values: [value, intValue, boolValue] }
            - { action: split, path: events }
            - { action: set, fields: { who: "{{actor.profileId}}" } }
            - { action: set, fields: { who: "{{actor.email}}", what: "{{events.name}}", with: "{{events.parameters}}", schema: 1 } }
            - { action: select, paths: [who, what, with, schema] }
            """,
            """{"id":"9","actor":{"profileId":"77"},"events":[{"name":"login","parameters":[{"name":"type","value":"saml"},{"name":"n","intValue":"5"}]},{"name":"logout"}]}""",
            """{"id":"10","actor":{"profileId":"78","email":"b@acme.example"},"events":[{"name":"login"}]}""");
        Assert.Equal(
            [
                """{"who":"77","what":"login","with":{"type":"saml","n":"5"},"schema":1}""",
                """{"who":"77","what":"logout","schema":1}""",
                """{"who":"b@acme.example","what":"login","schema":1}""",
            ],
            applied.After);
    }

    /// <summary>As a remap does: a text that is JSON, merged into the event, with a number made of a text and a name in lower case.</summary>
    [Fact]
    public void A_remap_parses_merges_converts_and_calls_functions()
    {
        var applied = Lists.Apply(
            """
            - { action: parse, paths: [message], as: json }
            - action: script
              code: |
                function process(event) {
                  const { message, ...rest } = event
                  return { ...rest, ...message, user: message.user.toLowerCase() }
                }
            - { action: parse, paths: [status], as: json }
            - { action: drop, when: { path: status, below: 300 } }
            """,
            """{"id":"1","message":"{\"status\":\"500\",\"user\":\"ANNA\",\"big\":12345678901234567890}"}""",
            """{"id":"2","message":"{\"status\":\"200\",\"user\":\"Ben\"}"}""");
        Assert.Equal(["""{"id":"1","status":500,"user":"anna","big":12345678901234567890}"""], applied.After);
    }

    [Fact]
    public void A_star_in_a_name_means_what_it_means_in_an_expression() => Law.ForSeeds(300, random =>
    {
        var name = new string([.. Enumerable.Range(0, random.Next(9)).Select(_ => "aab_"[random.Next(4)])]);
        var pattern = new string([.. Enumerable.Range(0, 1 + random.Next(5)).Select(_ => "ab_**"[random.Next(5)])]);
        Assert.True(FieldPath.TryParse($"x.{pattern}", out var path, out var error), error);
        var json = Encoding.UTF8.GetBytes($$"""{"x":{"{{name}}":1} }""");
        var fits = Regex.IsMatch(name, $@"\A{pattern.Replace("*", ".*", StringComparison.Ordinal)}\z", RegexOptions.NonBacktracking);
        Assert.Equal(fits ? 1 : 0, new FieldSearch().Find(json, [path!]).Length);
    });

    /// <summary>After it nothing is empty but elements of arrays, and a second time changes nothing.</summary>
    [Fact]
    public void Compact_leaves_no_empty_member() => Law.ForSeeds(200, random =>
    {
        var text = Encoding.UTF8.GetString(new SomePages(random.Next()).Good());
        var once = Assert.Single(Lists.Apply("[ { action: compact } ]", text).After);
        Assert.Equal(once, Assert.Single(Lists.Apply("[ { action: compact } ]", once).After));
        AssertFilled(System.Text.Json.JsonDocument.Parse(once, new() { MaxDepth = 1000 }).RootElement);

        static void AssertFilled(System.Text.Json.JsonElement value)
        {
            foreach (var inner in value.ValueKind == System.Text.Json.JsonValueKind.Object ? value.EnumerateObject().Select(member => member.Value) : [])
            {
                Assert.DoesNotMatch(@"\A(null|""""|\{\s*\}|\[\s*\])\z", inner.GetRawText());
                AssertFilled(inner);
            }

            foreach (var inner in value.ValueKind == System.Text.Json.JsonValueKind.Array ? value.EnumerateArray() : default)
            {
                AssertFilled(inner);
            }
        }
    });
}
