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

    /// <summary>As an ingest pipeline for Okta does: texts in braces become objects, names become others, types get categories, lists are parted.</summary>
    [Fact]
    public void An_ingest_pipeline_copies_parses_and_categorises()
    {
        var applied = Lists.Apply(
            """
            - { action: compact }
            - action: set
              fields:
                "@timestamp": "{{published}}"
                event.kind: event
                event.action: "{{eventType}}"
                event.outcome: unknown
                okta.target: "{{target}}"
                okta.debug: "{{debugContext.debugData}}"
                user.name: "{{actor.alternateId}}"
            - { action: parse, paths: [okta.debug.logOnlySecurityData], as: json }
            - { action: parse, paths: [okta.debug.behaviors, okta.debug.risk], as: regex, regex: '^\{{(?<inner>.*)\}}$' }
            - { action: parse, paths: [okta.debug.behaviors.inner], as: key-value, separator: "," }
            - { action: lift, path: okta.debug.behaviors }
            - { action: rename, fields: { okta.debug.inner: behaviors } }
            - { action: parse, paths: [okta.debug.risk.inner], as: regex, regex: 'reasons=(?<reasons>.*?), *level=(?<level>\S+)' }
            - { action: lift, path: okta.debug.risk.inner }
            - { action: convert, paths: [okta.debug.risk.reasons], to: list }
            - { action: convert, paths: [outcome.result], to: lower }
            - { action: lookup, path: outcome.result, into: event.outcome, table: { success: success, allow: success, failure: failure, deny: failure } }
            - { action: lookup, path: eventType, into: event.category, table: { user.session.start: [authentication, session], group.user_membership.add: [iam] } }
            - { action: rename, fields: { "okta.target[*].alternateId": alternate_id } }
            - { action: remove, paths: ["okta.target[*].detailEntry", published, eventType, actor, target, debugContext, outcome, uuid] }
            """,
            """
            {"uuid":"1","published":"2026-01-01T00:00:00.000Z","eventType":"user.session.start","actor":{"alternateId":"anna@acme.example","detailEntry":null},"outcome":{"result":"ALLOW","reason":""},"target":[{"id":"t","alternateId":"ben","detailEntry":{"a":1}}],"debugContext":{"debugData":{"behaviors":"{New Geo-Location=NEGATIVE, New Device=POSITIVE}","risk":"{reasons=Anomalous Device, New City, level=MEDIUM}","logOnlySecurityData":"{\"risk\":{\"level\":\"LOW\"}}"}}}
            """);
        Assert.Equal(
            ["""{"@timestamp":"2026-01-01T00:00:00.000Z","event":{"kind":"event","action":"user.session.start","outcome":"success","category":["authentication", "session"]},"okta":{"target":[{"id":"t","alternate_id":"ben"}],"debug":{"behaviors":{"New Geo-Location":"NEGATIVE","New Device":"POSITIVE"},"risk":{"reasons":["Anomalous Device","New City"],"level":"MEDIUM"},"logOnlySecurityData":{"risk":{"level":"LOW"}}}},"user":{"name":"anna@acme.example"}}"""],
            applied.After);
        Assert.All(applied.Failures, Assert.Null);
    }

    /// <summary>As an add-on for LastPass does: aliases, the better one of two fields, a look-up that writes only what is new.</summary>
    [Fact]
    public void An_add_on_gives_aliases_and_takes_the_better_field()
    {
        var actions = Encoding.UTF8.GetBytes("vendor_action,action\nLog in,success\nFailed Login Attempt,failure\n");
        var applied = Lists.Apply(
            Lists.Read("""
                - { action: set, fields: { app: LastPass, src: "{{IP_Address}}", vendor_action: "{{Action}}", object: "{{Data}}" } }
                - { action: set, fields: { user: "{{Username}}" } }
                - { action: set, when: { path: Data, regex: "^[^ ]+@[^ ]+$" }, fields: { user: "{{Data}}" } }
                - { action: lookup, path: vendor_action, into: action, file: actions.csv, key: vendor_action, column: action, when: { path: action, exists: false } }
                - { action: select, paths: [app, src, vendor_action, object, user, action] }
                """),
            new Dictionary<string, byte[]> { ["actions.csv"] = actions },
            """{"Username":"anna","IP_Address":"192.0.2.1","Action":"Log in","Data":"a.example"}""",
            """{"Username":"API","IP_Address":"192.0.2.1","Action":"Failed Login Attempt","Data":"ben@acme.example","action":"kept"}""");
        Assert.Equal(
            [
                """{"app":"LastPass","src":"192.0.2.1","vendor_action":"Log in","object":"a.example","user":"anna","action":"success"}""",
                """{"action":"kept","app":"LastPass","src":"192.0.2.1","vendor_action":"Failed Login Attempt","object":"ben@acme.example","user":"ben@acme.example"}""",
            ],
            applied.After);
    }

    /// <summary>As a filter for Microsoft 365 does: a port behind the address, names and values that are lists, JSON inside JSON.</summary>
    [Fact]
    public void A_filter_parts_addresses_and_ports_and_zips_properties()
    {
        var applied = Lists.Apply(
            """
            - { action: parse, paths: [AuditData], as: json }
            - { action: lift, path: AuditData }
            - { action: set, fields: { client: "{{ClientIP}}" }, when: { path: ClientIP, regex: "[0-9a-fA-F]" } }
            - { action: parse, paths: [client], as: regex, regex: '^\[?(?<ip>[0-9a-fA-F.]+|[0-9a-fA-F:]+:[0-9a-fA-F:.]*)\]?(:(?<port>[0-9]+))?$' }
            - { action: convert, paths: [client.port, RecordType], to: number }
            - { action: zip, paths: [ExtendedProperties], name: Name, values: [Value] }
            - { action: convert, paths: [UserId], to: lower }
            - { action: drop, when: { path: UserId, in: ["not available", ""] } }
            """,
            """{"Id":"1","AuditData":"{\"UserId\":\"Anna@Acme.Example\",\"RecordType\":\"15\",\"ClientIP\":\"[2001:db8::1]:443\",\"ExtendedProperties\":[{\"Name\":\"UserAgent\",\"Value\":\"x\"}]}"}""",
            """{"Id":"2","AuditData":"{\"UserId\":\"Ben\",\"ClientIP\":\"192.0.2.1:50001\"}"}""",
            """{"Id":"3","AuditData":"{\"UserId\":\"Not Available\",\"ClientIP\":\"\"}"}""");
        Assert.Equal(
            [
                """{"Id":"1","UserId":"anna@acme.example","RecordType":15,"ClientIP":"[2001:db8::1]:443","ExtendedProperties":{"UserAgent":"x"},"client":{"ip":"2001:db8::1","port":443}}""",
                """{"Id":"2","UserId":"ben","ClientIP":"192.0.2.1:50001","client":{"ip":"192.0.2.1","port":50001}}""",
            ],
            applied.After);
        Assert.All(applied.Failures, Assert.Null);
    }

    /// <summary>As filters for containers do: a log that is JSON or not, the members of one object beside the others under a prefix, some of them gone.</summary>
    [Fact]
    public void Nested_members_are_lifted_with_a_prefix_and_some_go()
    {
        var applied = Lists.Apply(
            """
            - { action: parse, paths: [log], as: json, when: { path: log, prefix: "{{" } }
            - { action: lift, path: log }
            - { action: lift, path: kubernetes, prefix: kubernetes_ }
            - { action: remove, paths: [stream, kubernetes_pod_id, "kubernetes_*_hash"] }
            - { action: set, fields: { cluster: eu-1 } }
            """,
            """{"stream":"stdout","log":"{\"level\":\"warn\",\"stream\":\"own\"}","kubernetes":{"pod_name":"p","pod_id":"7","container_hash":"h"}}""",
            """{"stream":"stderr","log":"plain text","kubernetes":{"pod_name":"q"}}""");
        Assert.Equal(
            ["""{"level":"warn","kubernetes_pod_name":"p","cluster":"eu-1"}""", """{"log":"plain text","kubernetes_pod_name":"q","cluster":"eu-1"}"""],
            applied.After);
    }

    /// <summary>As packs for Google Workspace do: a table over two fields, an index by application, all the rest as one text.</summary>
    [Fact]
    public void A_table_over_two_fields_says_what_becomes_of_an_activity()
    {
        var table = Encoding.UTF8.GetBytes("action,event_type,event_action\nview,drive,drop\nlogin_success,login,keep\n");
        var applied = Lists.Apply(
            Lists.Read("""
                - { action: compact }
                - { action: lookup, paths: ["events[0].name", id.applicationName], into: _action, file: gws.csv, key: [action, event_type], column: event_action, otherwise: keep }
                - { action: drop, when: { path: _action, equals: drop } }
                - { action: remove, paths: [_action] }
                - { action: lookup, path: id.applicationName, into: sourcetype, table: { login: "gws:login", admin: "gws:admin" }, otherwise: "gws" }
                - { action: set, fields: { _time: "{{id.time}}", index: audit } }
                - { action: timestamp, paths: [_time], to: unix-s }
                """),
            new Dictionary<string, byte[]> { ["gws.csv"] = table },
            """{"id":{"time":"2026-01-01T00:00:01.000Z","applicationName":"login","x":null},"events":[{"name":"login_success"}]}""",
            """{"id":{"time":"2026-01-01T00:00:02.000Z","applicationName":"drive"},"events":[{"name":"view"}]}""",
            """{"id":{"time":"2026-01-01T00:00:03.000Z","applicationName":"drive"},"events":[{"name":"edit"}]}""");
        Assert.Equal(
            [
                """{"id":{"time":"2026-01-01T00:00:01.000Z","applicationName":"login"},"events":[{"name":"login_success"}],"sourcetype":"gws:login","_time":1767225601,"index":"audit"}""",
                """{"id":{"time":"2026-01-01T00:00:03.000Z","applicationName":"drive"},"events":[{"name":"edit"}],"sourcetype":"gws","_time":1767225603,"index":"audit"}""",
            ],
            applied.After);
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
