using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Cli;

/// <summary><c>auditfn processors …</c> and <c>auditfn sources test --processors</c></summary>
public sealed class ProcessorCommandsTests
{
    private const string List = """
        processors:
          - { action: drop, name: noise, when: { path: kind, equals: debug } }
          - { action: parse, paths: [text], as: json }
          - { action: pseudonymise, paths: [user], key: secret:k }
        """;

    [Fact]
    public async Task A_list_is_tried_on_a_file_of_events()
    {
        using var run = CliRun.Offline();
        run.Write("list.yaml", List);
        run.Write("events.jsonl", "{\"id\":1,\"kind\":\"debug\"}\n\n{\"id\":2}\r\n{\"id\":3,\"text\":\"{\",\"user\":null}\n{\"id\":4,\"text\":\"[ ]\"}\n");
        var result = await run.DoneAsync("processors", "try", "list.yaml", "events.jsonl");
        const string Expected = """
            1  {"id":1,"kind":"debug"}
               x left out by noise
            3  {"id":2}
               = unchanged
            4  {"id":3,"text":"{","user":null}
               = unchanged
               ! 2-parse: the text is not JSON, or nested more than 64 levels deep
            5  {"id":4,"text":"[ ]"}
               > {"id":4,"text":[ ]}
            noise: left out 1, failed 0
            2-parse: left out 0, failed 1
            4 events, 3 go on; 83 bytes before, 58 after, 30.1 % saved

            """;
        Assert.Equal((Expected, "Pseudonyms are made with a key that stands in for the real one.\n"), (result.Output, result.Error));
        var json = (await run.DoneAsync("processors", "try", "list.yaml", "events.jsonl", "--json")).Json;
        Assert.Equal((4, 25), (json.GetProperty("events").GetArrayLength(), json.GetProperty("bytesSaved").GetInt32()));
    }

    [Fact]
    public async Task A_template_s_mapping_is_tried_by_its_name()
    {
        using var run = CliRun.Offline();
        run.Write("rows.yaml", RowWith("map: ecs"));
        run.Write("events.jsonl", """{"uuid":"u1","published":"2026-01-01T00:00:00.000Z","eventType":"user.session.start","outcome":{"result":"SUCCESS"}}""");
        var mapped = (await run.DoneAsync("processors", "try", "rows.yaml", "events.jsonl", "--id-path", "uuid", "--time-path", "published")).Output;
        Assert.Contains("\"action\":\"user.session.start\",\"outcome\":\"success\"", mapped, StringComparison.Ordinal);
        Assert.EndsWith(" % more\n", mapped, StringComparison.Ordinal);

        run.Write("rows.yaml", RowWith("map: ocfs"));
        var wrong = await run.RunAsync("validate", "rows.yaml");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("source 'okta-prod': processors[0].to: is 'ocfs'; allowed: ocsf, ecs.", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_processors_of_a_row_are_tried_with_its_definition_and_its_problems_are_reported_with_their_lines()
    {
        using var run = CliRun.Offline();
        run.Write("rows.yaml", RowWith(Action("drop")));
        run.Write("events.jsonl", """{"uuid":"a","eventType":"user.x"}""");
        Assert.Contains("left out by 1-drop", (await run.DoneAsync("processors", "try", "rows.yaml", "events.jsonl", "--id-path", "uuid")).Output, StringComparison.Ordinal);
        await run.DoneAsync("validate", "rows.yaml");

        run.Write("rows.yaml", RowWith(Action("dorp")));
        var wrong = await run.RunAsync("validate", "rows.yaml");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("is 'dorp'; allowed: keep, drop", wrong.Error, StringComparison.Ordinal);
        run.Write("list.yaml", "- action: drop\n- action: sample\n");
        var both = (await run.RunAsync("processors", "try", "list.yaml", "events.jsonl")).Error;
        Assert.Contains("list.yaml: processors[0].when: is missing", both, StringComparison.Ordinal);
        Assert.Contains("processors[1].oneIn: is missing", both, StringComparison.Ordinal);
        run.Write("events.jsonl", "{\"a\":1}\n{\"a\":\n");
        run.Write("list.yaml", "- { action: sample, oneIn: 2 }");
        Assert.Contains("events.jsonl line 2: is not JSON", (await run.RunAsync("processors", "try", "list.yaml", "events.jsonl")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Actions_are_listed_and_shown()
    {
        using var run = CliRun.Offline();
        Assert.Contains("redact", (await run.DoneAsync("processors", "list")).Output, StringComparison.Ordinal);
        Assert.Contains("keepLast", (await run.DoneAsync("processors", "show", "redact")).Output, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'redact'?", (await run.RunAsync("processors", "show", "redakt")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_of_a_source_shows_what_its_processors_do()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 5 }, Stage.Deadline());
        using var run = CliRun.Offline(("AUDIT_SECRET_VENDOR", "sandbox-token"));
        run.Write("rows.yaml", $$"""
            sources:
              - name: okta-prod
                template: okta-system-log
                domain: acme.okta.com
                baseUrl: {{vendor.BaseUrl.AbsoluteUri.TrimEnd('/')}}
                token: secret:vendor
                since: 2026-01-01T00:00:00Z
                destination: siem
                processors:
                  - { action: remove, paths: ['**.alternateId'] }
            """);
        var result = await run.DoneAsync("sources", "test", "rows.yaml", "--processors", "--events", "2");
        Assert.Contains("2 events, 2 go on;", result.Output, StringComparison.Ordinal);
        Assert.Contains("2 events, 2 go on;", (await run.DoneAsync("sources", "test", "rows.yaml", "--processors", "--destination", "siem", "--events", "2")).Output, StringComparison.Ordinal);
        Assert.Equal(2, (await run.DoneAsync("sources", "test", "rows.yaml", "--processors", "--events", "2", "--json")).Json.GetProperty("processors").GetProperty("events").GetArrayLength());
    }

    [Fact]
    public async Task What_one_destination_gets_is_shown_and_what_would_become_a_dead_letter()
    {
        using var run = CliRun.Offline();
        run.Write("rows.yaml", RowWith("{ action: set, fields: { x: 1 } }") + "\n    routes:\n      siem: [ { action: remove, paths: [secret] } ]\n");
        run.Write("events.jsonl", """{"uuid":"a","secret":"s"}""");
        var all = await run.DoneAsync("processors", "try", "rows.yaml", "events.jsonl");
        Assert.Contains("""   > {"uuid":"a","secret":"s","x":1}""", all.Output, StringComparison.Ordinal);
        Assert.Equal("Destinations with lists of their own: siem. '--destination NAME' shows what one of them gets.\n", all.Error);
        var one = await run.DoneAsync("processors", "try", "rows.yaml", "events.jsonl", "--destination", "siem");
        Assert.Contains("""   > {"uuid":"a","x":1}""", one.Output, StringComparison.Ordinal);
        Assert.Equal("", one.Error);
        Assert.StartsWith("There is no destination of the source 'other'", (await run.RunAsync("processors", "try", "rows.yaml", "events.jsonl", "--destination", "other")).Error, StringComparison.Ordinal);

        run.Write("list.yaml", "{ onError: dead-letter, list: [ { action: parse, paths: [secret], as: json } ] }");
        var letter = (await run.DoneAsync("processors", "try", "list.yaml", "events.jsonl")).Output;
        Assert.Contains("""   † kept as a dead letter: {"uuid":"a","secret":"s"}""", letter, StringComparison.Ordinal);
        Assert.Contains("1 event, 0 go on;", letter, StringComparison.Ordinal);
        Assert.Contains("leave --destination out", (await run.RunAsync("processors", "try", "list.yaml", "events.jsonl", "--destination", "siem")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("full", "[ { action: redact, paths: [email] } ]", """   > {"id":"u1","email":"[redacted]"}""")]
    [InlineData("diff", "[ { action: redact, paths: [email] } ]", "   = unchanged")]
    [InlineData("diff", "[ { action: redact, paths: [object.email] }, { action: remove, paths: [listing] } ]", """   > {"change":"added","key":"u1","object":{"id":"u1","email":"[redacted]"}}""")]
    [InlineData("diff", "[ { action: drop, when: { not: { path: listing, after: 2026-01-01T00:00:00Z } } }, { action: remove, paths: [listing, object] }, { map: { schema: ecs, fields: { user.id: key } } } ]", "\"@timestamp\":\"")]
    public async Task A_listing_is_tested_with_the_events_that_it_sends(string changes, string list, string after)
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, """{"users":[{"id":"u1","email":"a@b.example"}]}"""));
        using var run = CliRun.Offline();
        run.Write("rows.yaml", $$"""
            sources:
              - name: users
                destination: siem
                definition:
                  baseUrl: {{vendor.BaseUrl}}
                  request: { path: /users }
                  paging: { kind: none }
                  auth: { scheme: none }
                  events: { path: users }
                  snapshot: { key: id, changes: {{changes}} }
                processors: {{list}}
            """);
        Assert.Contains(after, (await run.DoneAsync("sources", "test", "rows.yaml", "--processors")).Output, StringComparison.Ordinal);
    }

    private static string RowWith(string processor) => $"""
        sources:
          - name: okta-prod
            template: okta-system-log
            domain: acme.okta.com
            token: secret:okta
            destination: siem
            processors:
              - {processor}
        """;

    private static string Action(string name) => $"action: {name}\n        when: {{ path: eventType, prefix: user. }}";
}
