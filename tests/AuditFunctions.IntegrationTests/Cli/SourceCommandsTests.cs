using AuditFunctions.Configuration.Rows;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Cli;

/// <summary><c>auditfn sources …</c></summary>
public sealed class SourceCommandsTests
{
    [Fact]
    public async Task A_fresh_installation_lists_nothing_and_says_what_to_do()
    {
        using var run = await CliRun.OnStorageAsync();
        var result = await run.DoneAsync("sources", "list");
        Assert.Equal(("", "There are no sources yet; add rows with 'auditfn apply FILE'.\n"), (result.Output, result.Error));
        Assert.Equal(0, (await run.DoneAsync("destinations", "list", "--json")).Json.GetProperty("destinations").GetArrayLength());
        Assert.Contains("no installation yet", (await run.RunAsync("status")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_is_listed_shown_paused_resumed_and_removed()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Good);
        await run.DoneAsync("apply", "rows.yaml");

        var listed = (await run.DoneAsync("sources", "list", "--json")).Json.GetProperty("sources")[0];
        Assert.Equal("okta-prod okta-system-log True 30", $"{listed.GetProperty("name")} {listed.GetProperty("template")} {listed.GetProperty("enabled")} {listed.GetProperty("intervalSeconds")}");
        Assert.Contains("okta-prod", (await run.DoneAsync("sources", "list")).Output, StringComparison.Ordinal);
        Assert.Contains("token = secret:okta-prod", (await run.DoneAsync("sources", "show", "okta-prod")).Output, StringComparison.Ordinal);

        Assert.Equal("source 'okta-prod': paused\n", (await run.DoneAsync("sources", "pause", "okta-prod")).Output);
        Assert.Equal("source 'okta-prod': already paused\n", (await run.DoneAsync("sources", "pause", "okta-prod")).Output);
        Assert.False((await run.DoneAsync("sources", "list", "--json")).Json.GetProperty("sources")[0].GetProperty("enabled").GetBoolean());
        Assert.Equal("source 'okta-prod': resumed\n", (await run.DoneAsync("sources", "resume", "okta-prod")).Output);
        Assert.True((await run.DoneAsync("sources", "list", "--json")).Json.GetProperty("sources")[0].GetProperty("enabled").GetBoolean());

        Assert.StartsWith("source 'okta-prod': removed; its checkpoint is kept", (await run.DoneAsync("sources", "remove", "okta-prod")).Output, StringComparison.Ordinal);
        var again = await run.RunAsync("sources", "remove", "okta-prod");
        Assert.Equal((1, "There is no source 'okta-prod'; there are no sources yet; add rows with 'auditfn apply FILE'.\n"), (again.ExitCode, again.Error));
    }

    [Fact]
    public async Task Removing_keeps_the_checkpoint_unless_it_is_to_be_forgotten()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Good);
        await run.DoneAsync("apply", "rows.yaml");
        var checkpoints = new CheckpointStore(run.Storage);
        var partition = new PartitionId("okta-prod", PartitionId.Single);
        Assert.NotNull(await checkpoints.TryWriteAsync(partition, new Checkpoint { MarkAt = DateTimeOffset.UnixEpoch.AddDays(20_000), WriteId = "x" }, null, CliRun.Patience));

        await run.DoneAsync("sources", "remove", "okta-prod");
        Assert.Single(await checkpoints.ListAsync("okta-prod", CliRun.Patience));
        await run.DoneAsync("sources", "remove", "okta-prod", "--forget");
        Assert.Empty(await checkpoints.ListAsync("okta-prod", CliRun.Patience));
    }

    [Fact]
    public async Task A_literal_secret_that_somebody_typed_into_the_table_is_not_shown()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Good);
        await run.DoneAsync("apply", "rows.yaml");
        var columns = TableRow.NewColumns();
        (columns["template"], columns["token"], columns["tokn"], columns["domain"]) = ("okta-system-log", "sEcReT-1", "sEcReT-2", "acme.okta.com");
        await new RowTable(run.Storage.Sources, RowTable.SourceKey).WriteAsync([new("typed", columns)], CliRun.Patience);

        foreach (var line in new[] { "sources list", "sources show typed", "sources show typed --json", "sources test typed", "status", "status --json" })
        {
            var result = await run.RunAsync(line.Split(' '));
            Assert.Contains("typed", result.Output + result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("sEcReT", result.Output + result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_dry_run_shows_the_next_page_and_writes_nothing()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 25, StartAt = DateTimeOffset.UtcNow.AddDays(-1) }, CliRun.Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), CliRun.Patience);
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Sandbox(vendor.BaseUrl, siem.BaseUrl));
        await run.DoneAsync("apply", "rows.yaml");

        foreach (var target in new[] { "okta-prod", "rows.yaml" })
        {
            var text = (await run.DoneAsync("sources", "test", target, "--events", "2")).Output;
            Assert.Contains("10 events on the page, 10 of them new, 10 with a time that can be read; more pages follow", text, StringComparison.Ordinal);
            Assert.Equal(2, text.Split("\nid    ").Length - 1);
            var json = (await run.DoneAsync("sources", "test", target, "--json")).Json;
            Assert.Equal(vendor.OfferedIds.Take(3), json.GetProperty("firstEvents").EnumerateArray().Select(shown => shown.GetProperty("id").GetString()));
        }

        Assert.Equal(0, siem.Requests);
        Assert.Empty(await new CheckpointStore(run.Storage).ListAsync(null, CliRun.Patience));
        Assert.Equal(0, await new MessageQueue(run.Storage.FetchQueue).CountAsync(CliRun.Patience) + await new MessageQueue(run.Storage.ShipQueue).CountAsync(CliRun.Patience));
        Assert.Equal("destination 'splunk': unchanged\nsource 'okta-prod': unchanged\n", (await run.DoneAsync("apply", "rows.yaml")).Output);
    }

    [Fact]
    public async Task A_dry_run_that_the_vendor_refuses_fails_with_the_reason()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions(), CliRun.Patience);
        using var run = CliRun.Offline(("AUDIT_SECRET_VENDOR", "wrong-token"));
        run.Write("rows.yaml", SomeRows.Sandbox(vendor.BaseUrl, vendor.BaseUrl));
        var result = await run.RunAsync("sources", "test", "rows.yaml");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("GET /api/v1/logs answered 401. Check that 'secret:vendor' is current", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-token", result.Output + result.Error, StringComparison.Ordinal);
    }

    private const string Acme = """
        sources:
          - name: acme
            template: http-json
            destination: splunk
            url: URL/v1
            query: from={from}&limit={pageSize}&key={cursor}
            auth: bearer
            token: secret:vendor
            events: data
            id: reff
            time: at
            pageSize: 2
            paging: cursor
            next: paging.tokn
            since: 2026-01-01T00:00:00Z
        destinations:
          - { name: splunk, type: splunk-hec, url: "http://127.0.0.1:1", token: "secret:siem" }
        """;

    [Theory]
    [InlineData("events: meta.warnings\n", "? events: 0 at 'meta.warnings'; objects stand elsewhere: 2 at 'data', 1 at 'meta.parts'")]
    [InlineData("paging: page\nquery: from={from}&limit={pageSize}&pge={page}\n", "? end: the page is the one before again, though it is full (2 events): either the vendor does not heed '{page}', or it gives no page behind this one")]
    [InlineData("paging: page\nquery: from={from}&limit={pageSize}&page={page}\nstopPath: meta.state\nstopIs: more\n", "? stop: 'meta.state' is 'more' says that this is the last page, though it is full and a next one can be asked for: is it read the other way round?")]
    public async Task A_dry_run_doubts_what_would_leave_events_out(string columns, string expected)
    {
        const string Page = """{"data":[{"reff":"a","at":"2026-01-01T00:00:01Z"},{"reff":"b","at":"2026-01-01T00:00:02Z"}],"paging":{"tokn":null},"meta":{"warnings":[],"parts":[{}],"state":"more"}}""";
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, Page));
        using var run = CliRun.Offline(("AUDIT_SECRET_VENDOR", "vendor-secret-1"));
        var names = columns.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..line.IndexOf(':', StringComparison.Ordinal)]).ToArray();
        var rows = Acme.Split('\n').Where(line => !names.Concat(names.Contains("paging") ? ["next"] : []).Any(name => line.TrimStart().StartsWith(name + ":", StringComparison.Ordinal)));
        var at = columns.Replace("\n", "\n    ", StringComparison.Ordinal).TrimEnd();
        run.Write("rows.yaml", string.Join('\n', rows).Replace("    id: reff", $"    {at}\n    id: reff", StringComparison.Ordinal).Replace("URL", vendor.BaseUrl, StringComparison.Ordinal));
        var result = await run.RunAsync("sources", "test", "rows.yaml", "--pages", "2");
        Assert.Contains(expected, result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_says_for_each_path_what_it_found_and_what_is_near()
    {
        const string Page = """{"data":[{"ref":"a","at":"2026-01-01T00:00:01Z"},{"ref":"b","at":"yesterday"}],"paging":{"token":"t2","more":true}}""";
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, Page));
        using var run = CliRun.Offline(("AUDIT_SECRET_VENDOR", "vendor-secret-1"));
        run.Write("rows.yaml", Acme.Replace("URL", vendor.BaseUrl, StringComparison.Ordinal));
        var result = await run.RunAsync("sources", "test", "rows.yaml");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("events: 2 at 'data'", result.Output, StringComparison.Ordinal);
        Assert.Contains("page: full (2 of 2 that were asked for)", result.Output, StringComparison.Ordinal);
        Assert.Contains("? id: 0 of 2 events have something at 'reff'; keys there: ref, at; did you mean 'ref'?", result.Output, StringComparison.Ordinal);
        Assert.Contains("? time: 1 of 2 cannot be read as iso8601, such as 'yesterday'", result.Output, StringComparison.Ordinal);
        Assert.Contains("? paging: nothing at 'paging.tokn'; keys there: token, more; did you mean 'token'?", result.Output, StringComparison.Ordinal);
        Assert.Contains("nothing stands at 'paging.tokn'", result.Error, StringComparison.Ordinal);
        Assert.Equal(2, vendor.Requests.Count);
    }

    [Fact]
    public async Task A_dry_run_names_the_partitions_and_reads_the_first_or_the_one_that_is_wanted()
    {
        await using var vendor = await ScriptedServer.StartAsync(request => request.PathAndQuery == "/units"
            ? new(200, """["one","two"]""")
            : new(200, $$"""{"data":[{"id":"{{request.PathAndQuery.Split("unit=")[1]}}","time":"2026-01-01T00:00:01Z"}]}"""));
        using var run = CliRun.Offline();
        run.Write("rows.yaml", $$"""
            sources:
              - name: acme
                destination: out
                definition:
                  baseUrl: {{vendor.BaseUrl}}
                  request: { path: /events, query: { unit: "{partition.unit}" } }
                  partitions: { unit: { request: { path: /units } } }
                  events: { path: data }
                  id: id
                  time: time
            destinations: [{ name: out, type: stdout }]
            """);

        Assert.Contains("2 partitions: one, two\npartition 'one':\n", (await run.DoneAsync("sources", "test", "rows.yaml")).Output, StringComparison.Ordinal);
        var json = (await run.DoneAsync("sources", "test", "rows.yaml", "--partition", "two", "--json")).Json;
        Assert.Equal("two", json.GetProperty("partition").GetString());
        Assert.Equal("two", json.GetProperty("firstEvents")[0].GetProperty("id").GetString());
        var unknown = await run.RunAsync("sources", "test", "rows.yaml", "--partition", "tow");
        Assert.Equal((1, "There is no partition 'tow'; partitions: one, two. Did you mean 'two'?\n"), (unknown.ExitCode, unknown.Error));
    }

    [Fact]
    public async Task A_dry_run_follows_pages_and_shows_what_went_over_the_wire_without_secrets()
    {
        await using var vendor = await ScriptedServer.StartAsync(seen => seen.PathAndQuery.Contains("key=t2", StringComparison.Ordinal)
            ? new(403, """{"error":"vendor-secret-1 may not\u001b[31m"}""", ("Set-Cookie", "session=abc"))
            : new(200, """{"data":[{"reff":"a","at":"2026-01-01T00:00:01Z"},{"reff":"b","at":"2026-01-01T00:00:02Z"}],"paging":{"tokn":"t2"},"echo":"vendor%2Dsecret-1"}"""));
        using var run = CliRun.Offline(("AUDIT_SECRET_VENDOR", "vendor-secret-1"));
        run.Write("rows.yaml", Acme.Replace("URL", vendor.BaseUrl, StringComparison.Ordinal));
        var result = await run.RunAsync("sources", "test", "rows.yaml", "--pages", "3", "--trace");
        Assert.Equal(1, result.ExitCode);
        foreach (var part in new[]
        {
            $"> GET {vendor.BaseUrl}/v1?from=2026-01-01T00%3A00%3A00.000Z&limit=2\n", "> Authorization: (secret)\n", "< HTTP 200,", "\"echo\":\"(secret)\"",
            $"next: GET {vendor.BaseUrl}/v1?from=2026-01-01T00%3A00%3A00.000Z&limit=2&key=t2\n", "< HTTP 403,", "< Set-Cookie: (secret)\n", "(secret) may not",
        })
        {
            Assert.Contains(part, result.Output, StringComparison.Ordinal);
        }

        Assert.StartsWith("GET /v1 answered 403", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("vendor-secret-1", result.Output + result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_shows_the_steps_the_list_and_the_answers_for_its_first_items_without_secrets()
    {
        await using var vendor = await ScriptedServer.StartAsync(seen => seen.PathAndQuery.Split('?')[0] switch
        {
            "/session" => new(200, """{"key":"session-key-1"}"""),
            "/list" => new(200, """[{"uri":"/a"},{"uri":"/gone"},{"uri":"/b"},{"uri":"/c"},{"skip":"x","uri":"/d"}]"""),
            "/gone" => new(404, ""),
            _ => new(200, """[{"id":"a","at":"2026-01-01T00:00:01Z"}]"""),
        });
        using var run = CliRun.Offline(("AUDIT_SECRET_VENDOR", "vendor-secret-1"));
        run.Write("rows.yaml", $$"""
            sources:
              - name: acme
                destination: out
                token: secret:vendor
                definition:
                  parameters: { token: { description: Token., secret: true } }
                  baseUrl: {{vendor.BaseUrl}}
                  auth: { scheme: bearer, token: "{token}" }
                  steps: { session: { request: { path: /session }, capture: { key: { path: key, secret: true } } } }
                  request: { path: /list, headers: { X-Key: "{step.key}" } }
                  expand: { request: { url: "{item.uri}", query: { key: "{step.key}" } } }
                  id: id
                  time: at
            destinations: [{ name: out, type: stdout }]
            """);
        var output = (await run.DoneAsync("sources", "test", "rows.yaml", "--trace")).Output;
        foreach (var part in new[]
        {
            $"> GET {vendor.BaseUrl}/session\n", $"> GET {vendor.BaseUrl}/list\n", $"> GET {vendor.BaseUrl}/a?key=(secret)\n", "< HTTP 404,", "> Authorization: (secret)\n",
            "list: 5 of 5 items are to be asked for\n", "answer: events: 1 at '$'\n", "next: that for item 4 of 5 of the list\n",
        })
        {
            Assert.Contains(part, output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("/c?", output, StringComparison.Ordinal);
        Assert.DoesNotContain("session-key-1", output, StringComparison.Ordinal);
        Assert.DoesNotContain("vendor-secret-1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_several_sources_asks_which_one()
    {
        using var run = CliRun.Offline();
        var two = SomeRows.Good.Replace("destinations:", "  - name: second\n    template: okta-system-log\n    destination: splunk\n    token: secret:x\n    domain: a.okta.com\ndestinations:", StringComparison.Ordinal);
        run.Write("rows.yaml", two);
        var result = await run.RunAsync("sources", "test", "rows.yaml");
        Assert.Equal((1, "rows.yaml holds several sources; choose one with --name: okta-prod, second.\n"), (result.ExitCode, result.Error));
        Assert.Equal("There is no source 'third'; sources: okta-prod, second.\n", (await run.RunAsync("sources", "test", "rows.yaml", "--name", "third")).Error);
    }
}
