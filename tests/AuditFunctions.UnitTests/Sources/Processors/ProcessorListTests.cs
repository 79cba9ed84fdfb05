namespace AuditFunctions.Tests.Sources.Processors;

/// <summary>What holds for every list: problems all at once and with their lines, failures by policy, ids that nothing shows.</summary>
public sealed class ProcessorListTests
{
    [Fact]
    public void Every_problem_of_a_list_is_reported_at_once_with_its_line()
    {
        const string Yaml = """
            processors:
              - action: shred
              - action: drop
              - action: keep
                when: { path: "a[", equals: x }
              - action: redact
                patterns: [email, phone]
                keepLast: 99
              - action: redact
                regex: "(a)\\1"
              - action: pseudonymise
                paths: [user]
                key: hunter2
              - action: sample
                oneIn: 1
                colour: red
              - action: drop
                name: 3-keep
                when: { path: a, above: many, cidr: 10.0.0.1/99, before: noon }
              - nonsense
              - { action: dedupe, within: 25h }
              - { action: dedupe, paths: [a], within: 1500ms }
            """;
        Assert.Equal(
            [
                "processors[0].action (line 2): is 'shred'; allowed: keep, drop, sample, dedupe, remove, select, compact, rename, set, redact, pseudonymise, encrypt-subject, truncate, extract, split, flatten, lift, parse, zip, convert, timestamp, lookup, geoip, asn, map, script.",
                "processors[1].when: is missing: for which events.",
                "processors[2].when.path (line 5): 'a[' is not a path: 'a[' is no JSON path: expected a quoted name, a number or member=text at position 3. Allowed are names of letters, digits, '_' and '-' joined by '.', ['any name'], [0], [-1] and [member=text]. Here [*] is every element, * in a name any characters, and **. at the start every depth.",
                "processors[3].patterns (line 7): holds 'phone'; allowed: email, ipv4, ipv6, card, token.",
                "processors[3].keepLast (line 8): is '99'; allowed: a whole number from 0 to 32.",
                "processors[4].regex (line 10): uses what may take for ever on some texts: look-around, a reference back or an atomic group. Write it without.",
                "processors[5].key (line 13): must be a reference such as secret:pseudonyms (letters, digits, '-'), or a secret parameter; store the value in the vault.",
                "processors[6].oneIn (line 15): is '1'; allowed: a whole number from 2 to 1000000.",
                "processors[6].colour (line 16): is not known here; allowed: action, name, oneIn, when.",
                "processors[7].name (line 18): is '3-keep'; allowed: up to 40 letters, digits, '-' and '_', each processor its own.",
                "processors[7].when.above (line 19): is 'many'; allowed: a number.",
                "processors[7].when.before (line 19): is 'noon'; allowed: an instant such as 2026-01-31T10:00:00Z.",
                "processors[7].when.cidr (line 19): holds '10.0.0.1/99'; allowed: networks such as 10.0.0.0/8 or 2001:db8::/32.",
                "processors[8] (line 20): must be a map with 'action' and its keys.",
                "processors[9].paths: is missing: name a path, or a list of them.",
                "processors[9].within (line 21): is '25h'; allowed: a duration such as 30s, 5m, 1h30m or 7d, from 1s to 1d.",
                "processors[10].within (line 22): is '1500ms'; allowed: whole seconds.",
            ],
            Lists.ProblemsOf(Yaml));
    }

    [Theory]
    [InlineData("{ all: [ { path: a, equals: b } ], any: [] }", "takes one of path, all, any and not; put the others below an 'all'.")]
    [InlineData("{ path: a }", "is compared with nothing; allowed: equals, in,")]
    [InlineData("{ path: a, exists: false, equals: b }", "is false, and what is not there cannot be compared.")]
    [InlineData("{ path: a, exists: false, sameAs: b }", "is false, and what is not there cannot be compared.")]
    [InlineData("{ path: a, sameAs: 'b[' }", "'b[' is not a path:")]
    [InlineData("{ path: a, equals: '{{b.c}}' }", "compares with the text '{b.c}', not with a field. 'sameAs: b.c' compares with that; if the text is meant, say it with 'glob'.")]
    [InlineData("{ any: [] }", "is empty: list one condition or more.")]
    [InlineData("{ path: a, format: unix-ms, equals: b }", "says how a time is written; it goes with 'before' or 'after'.")]
    [InlineData("{ path: a, equals: [] }", "is empty: name one text or more.")]
    [InlineData("{ not: { not: { not: { not: { not: { not: { not: { not: { not: { path: a, exists: true } } } } } } } } } }", "is nested more than 8 levels deep.")]
    public void A_condition_that_cannot_be_meant_is_refused(string when, string what) =>
        Assert.Contains(Lists.ProblemsOf($"[ {{ action: drop, when: {when} }} ]"), problem => problem.Contains(what, StringComparison.Ordinal));

    [Fact]
    public void An_action_that_fails_leaves_the_event_to_the_rest_of_the_list()
    {
        var applied = Lists.Apply("[ { action: parse, paths: [text], as: json }, { action: remove, paths: [secret] } ]", """{"text":"no json","secret":1}""", """{"text":"[1]","secret":1}""");
        Assert.Equal(["""{"text":"no json"}""", """{"text":[1]}"""], applied.After);
        Assert.Equal(["1-parse: the text is not JSON, or nested more than 64 levels deep", null], applied.Failures);
        Assert.Equal((0, 1), (applied.Counts[0].Dropped, applied.Counts[0].Failed));
    }

    [Fact]
    public void With_drop_an_event_that_an_action_failed_on_is_left_out_and_counted()
    {
        var applied = Lists.Apply("{ onError: drop, list: [ { action: parse, paths: [text], as: json, name: text } ] }", """{"text":"no json"}""", """{"text":"[1]"}""");
        Assert.Equal(["""{"text":[1]}"""], applied.After);
        Assert.Equal(["text"], applied.DroppedBy);
    }

    [Theory]
    [InlineData("[ { action: redact, paths: [id] } ]", true)]
    [InlineData("[ { action: pseudonymise, paths: [id], key: secret:k } ]", true)]
    [InlineData("[ { action: remove, paths: [id] } ]", true)]
    [InlineData("[ { action: redact, paths: [user] } ]", false)]
    [InlineData("[ { action: rename, fields: { id: eventId } } ]", false)]
    [InlineData("[ { action: extract, path: user } ]", false)] // leaves it out, and hides nothing
    [InlineData("[ { action: set, fields: { copy: '{{id}}' } }, { action: remove, paths: [id] } ]", false)]
    [InlineData("[ { action: remove, paths: [id] } ]", true, """{"id":17,"at":"2026-01-17T00:00:00Z","n":[170, 1.17]}""")] // 17 stands in other numbers
    [InlineData("[ { action: remove, paths: [id] } ]", true, """{"id":"ann","user":"joanna"}""")]
    [InlineData("[ { action: remove, paths: [id] } ]", false, """{"id":17,"list":[ 17 ]}""")]
    [InlineData("[ { action: remove, paths: [user] } ]", false, """{"id":17,"user":"17"}""")]
    public void An_id_that_an_action_hides_is_not_shown_beside_the_event_either(string yaml, bool isHidden, string json = """{"id":"anna@acme.example","user":{"name":"Anna"}}""") =>
        Assert.Equal([isHidden], Lists.Apply(yaml, json).IsIdHidden);

    [Fact]
    public void A_mapping_does_not_write_an_id_again_that_an_action_took_out_of_the_event()
    {
        var after = Assert.Single(Lists.Apply("[ { action: remove, paths: [id] }, { map: { schema: ecs, fields: { user.name: user } } } ]", """{"id":17,"user":"x","time":"2026-01-17T00:00:00Z"}""").After);
        Assert.DoesNotContain("\"17\"", after, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.2.3.4:443", "1.2.3.4")]
    [InlineData("[2001:db8::1]:443", "2001:db8::1")]
    [InlineData("010.1.2.3", null)] // it would become 8.1.2.3
    [InlineData("0x0a.1.2.3", null)]
    [InlineData("10", null)]
    public void A_mapping_writes_an_address_or_none(string text, string? address)
    {
        var after = Assert.Single(Lists.Apply("[ { map: { schema: ecs, fields: { source.ip: ip } } } ]", $$"""{"ip":"{{text}}","time":"2026-01-17T00:00:00Z"}""").After);
        Assert.Equal(address is not null, after.Contains($"\"source\":{{\"ip\":\"{address}\"}}", StringComparison.Ordinal));
        Assert.Equal(address is not null, after.Contains("\"source\"", StringComparison.Ordinal));
    }

    /// <summary>A path to every depth does not end at an object, or a list, of which the action could make nothing.</summary>
    [Theory]
    [InlineData("{ action: truncate, paths: ['**.a'], characters: 1 }", """{"a":{"a":"long"}}""", """{"a":{"a":"l…"}}""")]
    [InlineData("{ action: truncate, paths: [a, a.b], characters: 1 }", """{"a":{"b":"long"}}""", """{"a":{"b":"l…"}}""")]
    [InlineData("{ action: convert, paths: ['**.a'], to: text }", """{"a":[{"a":7}]}""", """{"a":[{"a":"7"}]}""")]
    [InlineData("{ action: timestamp, paths: ['**.a'], to: unix-s }", """{"a":{"a":"1970-01-01T00:00:07Z"}}""", """{"a":{"a":7}}""")]
    [InlineData("{ action: parse, paths: ['**.a'], as: json }", """{"a":{"a":"{}"}}""", """{"a":{"a":{}}}""")]
    [InlineData("{ action: zip, paths: ['**.a'] }", """{"a":{"a":[{"name":"x","value":1}]}}""", """{"a":{"a":{"x":1}}}""")]
    [InlineData("{ action: split, path: '**.a' }", """{"a":{"a":[1]}}""", """{"a":{"a":1}}""")]
    [InlineData("{ map: { schema: ecs, fields: { related.user: { all: ['**.a'] } } } }", """{"a":{"a":"x"},"time":"2026-01-01T00:00:00Z"}""", "\"related\":{\"user\":[\"x\"]}")]
    public void A_path_to_every_depth_leads_into_what_the_action_does_not_take(string action, string json, string after) =>
        Assert.Contains(after, Assert.Single(Lists.Apply($"[ {action} ]", json).After), StringComparison.Ordinal);

    /// <summary>What is named inside of a text or list is not found where that was not opened: then it is hidden as a whole, and the rest of the event goes on.</summary>
    [Theory]
    [InlineData("{ action: redact, paths: [m.mail] }", """{"m":"[redacted]","id":1}""")]
    [InlineData("{ action: redact, paths: ['**.mail'] }", """{"m":"[redacted]","id":1}""")]
    [InlineData("{ action: redact, paths: ['m*.mail'], patterns: [email] }", """{"m":"{\"mail\":\"[redacted]\"","id":1}""")]
    [InlineData("{ action: remove, paths: [m.list, m.mail] }", """{"id":1}""")]
    [InlineData("{ action: truncate, paths: [m.mail], characters: 0, with: '' }", """{"m":"","id":1}""")]
    [InlineData("{ action: select, paths: [id, m.of] }", """{"id":1}""")]
    [InlineData("{ action: remove, paths: [other, m2.mail, 'other[*].x', mail] }", """{"m":"{\"mail\":\"a@b.example\"","id":1}""")] // leads elsewhere
    [InlineData("{ action: redact, paths: [m.mail], when: { path: id, equals: 2 } }", """{"m":"{\"mail\":\"a@b.example\"","id":1}""")]
    public void What_an_action_failed_to_open_is_hidden_whole_by_one_that_hides_something_inside(string hiding, string after)
    {
        var list = $"[ {{ action: parse, paths: [m], as: json, when: {{ path: m, prefix: '{{{{' }} }}, {hiding} ]";
        var applied = Lists.Apply(list, """{"m":"{\"mail\":\"a@b.example\"","id":1}""");
        Assert.Equal(after, Assert.Single(applied.After));
        Assert.NotNull(Assert.Single(applied.Failures));
    }

    [Theory]
    [InlineData("{ action: pseudonymise, paths: [m.mail], key: 'secret:k' }", "\"m\":\"1:")]
    [InlineData("{ action: encrypt-subject, subject: id, paths: [m.mail], key: 'secret:k' }", "\"m\":\"enc:v1:1:")]
    public void So_it_is_by_pseudonyms_and_keys(string hiding, string after)
    {
        var only = Assert.Single(Lists.Apply($"[ {{ action: parse, paths: [m], as: json }}, {hiding} ]", """{"m":"no json: a@b.example","id":1}""").After);
        Assert.Contains(after, only, StringComparison.Ordinal);
        Assert.DoesNotContain("b.example", only, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_was_not_meant_to_be_opened_stays()
    {
        // Its condition did not hold, so nothing failed; and what failed on one part of an event says nothing of the next.
        const string List = "[ { action: split, path: of }, { action: parse, paths: [of.m], as: json, when: { path: of.m, prefix: '{{' } }, { action: redact, paths: [of.m.mail] } ]";
        Assert.Equal(
            ["""{"of":{"m":"[redacted]"}}""", """{"of":{"m":"plain"}}"""],
            Lists.Apply(List, """{"of":[{"m":"{broken"},{"m":"plain"}]}""").After);
    }

    [Fact]
    public void A_list_that_has_too_many_elements_to_be_split_is_hidden_as_a_whole()
    {
        var many = string.Join(',', Enumerable.Repeat("""{"mail":"a@b.example"}""", 10_001));
        Assert.Equal("""{"id":1}""", Assert.Single(Lists.Apply("[ { action: split, path: of }, { action: remove, paths: [of.mail] } ]", $$"""{"id":1,"of":[{{many}}]}""").After));

        // A path to every depth leads into it as it is.
        var applied = Lists.Apply("[ { action: split, path: of }, { action: remove, paths: ['**.mail'] } ]", $$"""{"of":[{{many}}]}""");
        Assert.Equal($$"""{"of":[{{string.Join(',', Enumerable.Repeat("{}", 10_001))}}]}""", Assert.Single(applied.After));
    }

    [Fact]
    public void Events_made_of_one_event_have_ids_of_their_own()
    {
        var applied = Lists.Apply("[ { action: split, path: a }, { action: split, path: a.b }, { action: drop, when: { path: a.b, equals: 2 } } ]", """{"id":"x","a":[{"b":[1,2]},{"b":[3]},{}]}""");
        Assert.Equal(["""{"id":"x","a":{"b":1}}""", """{"id":"x","a":{"b":3}}""", """{"id":"x","a":{}}"""], applied.After);
        Assert.Equal(["/0/0", "/1/0", "/2"], applied.Suffixes);
    }

    [Fact]
    public void A_pseudonym_is_made_with_the_key_that_counts_at_the_events_time()
    {
        const string Yaml = """
            - action: pseudonymise
              paths: [user]
              keys:
                - { id: a, key: secret:old }
                - { id: b, key: "{key}", from: 2026-07-01T00:00:00Z }
            """;
        string[] events = ["2026-06-30T23:59:59Z", "2026-07-01T00:00:00Z", "2027-01-01T00:00:00Z"];
        var all = Lists.Apply(Yaml, [.. events.Select(time => $$"""{"time":"{{time}}","user":"anna"}"""), """{"user":"anna"}""", """{"user":null,"time":""}"""]).After;
        Assert.Equal(["a", "b", "b", "a"], all.Take(4).Select(text => text[(text.IndexOf("user", StringComparison.Ordinal) + 7)..][..1]));
        Assert.Equal(all[1][^40..], all[2][^40..]);
        Assert.Equal("""{"user":null,"time":""}""", all[4]);
    }

    /// <summary>An expression may look far ahead at each of its matches, and a hostile text have thousands of them: neither page nor source waits for that for ever.</summary>
    [Fact]
    public void An_expression_that_takes_too_long_fails_on_its_event_and_after_ten_of_them_for_the_rest_of_the_page()
    {
        var slow = $$"""{"id":"1","note":"{{new string('x', 11_000)}}"}""";
        var applied = Lists.Apply(
            Lists.Read("[ { action: redact, regex: x, with: y } ]"), new Dictionary<string, byte[]>(), new SlowClock(), ["""{"id":"0","note":"x"}""", .. Enumerable.Repeat(slow, 11), """{"id":"2","note":"x"}"""]);

        Assert.Equal("""{"id":"0","note":"y"}""", applied.After[0]);
        Assert.All(applied.After.Skip(1), text => Assert.StartsWith("""{"auditfunctions_withheld":"1-redact","bytes":""", text, StringComparison.Ordinal));
        Assert.Equal(
            [null, .. Enumerable.Repeat("1-redact: a regular expression took longer than 10 s on one event", 10), .. Enumerable.Repeat("1-redact: not tried any more: 10 events of this page took too long", 2)],
            applied.Failures);
    }

    /// <summary>Actions can make an event a thousand times as long: what they write ends while it is written, before the process has no memory left.</summary>
    [Theory]
    [InlineData("{ action: flatten }", "flat")]
    [InlineData("{ action: redact, regex: a, with: LONG }", "texts")]
    [InlineData("{ action: redact, paths: ['list[*]'], with: LONG }", "list")]
    [InlineData("{ action: pseudonymise, paths: ['list[*]'], key: 'secret:key-of-16-bytes' }", "list")]
    public void An_event_does_not_grow_without_end_while_it_is_written(string action, string shape)
    {
        var json = shape switch
        {
            "flat" => "{\"id\":\"1\",\"" + new string('n', 4_000_000) + "\":{" + string.Join(',', Enumerable.Range(0, 400_000).Select(at => $"\"{at}\":1")) + "}}",
            "texts" => $$"""{"id":"1","x":"{{new string('a', 2_000_000)}}"}""",
            _ => $$"""{"id":"1","list":[1{{string.Concat(Enumerable.Repeat(",1", 4_000_000))}}]}""",
        };
        var applied = Lists.Apply($"[ {action.Replace("LONG", new string('-', 500), StringComparison.Ordinal)} ]", json);
        var after = Assert.Single(applied.After);
        Assert.True(after == json || after.StartsWith("{\"auditfunctions_withheld\":", StringComparison.Ordinal), "it is neither as it was nor withheld");
        Assert.EndsWith("the event would become longer than 16 MB", Assert.Single(applied.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_does_not_grow_without_end()
    {
        var large = $$"""{"a":[{{string.Join(',', Enumerable.Repeat("1", 9_000))}}],"text":"{{new string('x', 5_000)}}"}""";
        var applied = Lists.Apply("[ { action: split, path: a } ]", large, large);
        Assert.Equal(9_001, applied.After.Count);
        Assert.Equal(large, applied.After[^1]);
        Assert.Equal("1-split: the events of one page would become 64 MB longer than they came", applied.Failures[^1]);
    }

    /// <summary>What hides something must not end the process either: beyond the limit its events are withheld.</summary>
    [Fact]
    public void A_page_does_not_grow_without_end_by_what_is_hidden()
    {
        var list = $$"""{"list":[1{{string.Concat(Enumerable.Repeat(",1", 700_000))}}]}""";
        var applied = Lists.Apply($"[ {{ action: redact, paths: ['list[*]'], with: {new string('-', 50)} }} ]", list, list, list, """{"list":[1]}""");
        Assert.Equal([false, true, true, false], applied.After.Select(text => text.StartsWith("{\"auditfunctions_withheld\":", StringComparison.Ordinal)));
        Assert.Equal("1-redact: the events of one page would become 64 MB longer than they came", applied.Failures[1]);
    }

    // A millisecond at each look.
    private sealed class SlowClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => ++_now;
    }
}
