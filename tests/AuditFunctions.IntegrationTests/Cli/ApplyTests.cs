using AuditFunctions.Configuration.Rows;
using AuditFunctions.Pipeline.Storage.Rows;
using Azure.Data.Tables;

namespace AuditFunctions.Tests.Cli;

/// <summary>Rows are written all or none.</summary>
public sealed class ApplyTests
{
    [Fact]
    public async Task Rows_are_added_then_unchanged_then_changed()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Good);
        Assert.Equal("destination 'splunk': added\nsource 'okta-prod': added\n", (await run.DoneAsync("apply", "rows.yaml")).Output);
        Assert.Equal("destination 'splunk': unchanged\nsource 'okta-prod': unchanged\n", (await run.DoneAsync("apply", "rows.yaml")).Output);
        run.Write("rows.yaml", SomeRows.Good.Replace("interval: 30s", "pageSize: 50", StringComparison.Ordinal));
        Assert.Equal("destination 'splunk': unchanged\nsource 'okta-prod': changed (interval, pageSize)\n", (await run.DoneAsync("apply", "rows.yaml")).Output);
        Assert.Equal("50", (await SourcesOf(run)).Single()["pageSize"]);
    }

    /// <summary>A transaction takes 4 MiB, and a quotation mark of a column six bytes of it.</summary>
    [Fact]
    public async Task Rows_that_are_too_much_for_one_transaction_are_written_in_several()
    {
        using var run = await CliRun.OnStorageAsync();
        var text = new string('x', 100) + string.Concat(Enumerable.Repeat("\\\"x,", 60));
        var list = string.Join(',', Enumerable.Range(0, 65).Select(number =>
            "{\"action\":\"drop\",\"name\":\"p" + number + "\",\"when\":{\"path\":\"a.b\",\"equals\":\"" + text + "\"}}"));
        var sources = string.Join(',', Enumerable.Range(0, 100).Select(number =>
            $$"""{"name":"s{{number}}","template":"http-json","destination":"siem","url":"https://api.acme.example/{{number}}","time":"at","processors":[{{list}}]}"""));
        run.Write("rows.json", $$"""{"sources":[{{sources}}],"destinations":[{"name":"siem","type":"http","url":"https://siem.acme.example"}]}""");

        await run.DoneAsync("apply", "rows.json");

        Assert.Equal(100, (await SourcesOf(run)).Count);
    }

    [Fact]
    public async Task A_since_that_comes_too_late_is_written_and_said_to_have_no_effect()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Good);
        await run.DoneAsync("apply", "rows.yaml");
        run.Write("rows.yaml", SomeRows.Good.Replace("since: 2026-01-01T00:00:00Z", "since: 2025-06-01T00:00:00Z", StringComparison.Ordinal));
        Assert.Empty((await run.DoneAsync("apply", "rows.yaml")).Error);

        await run.Storage.Checkpoints.AddEntityAsync(new TableEntity("okta-prod", "default") { ["MarkAt"] = new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero) });
        Assert.Empty((await run.DoneAsync("apply", "rows.yaml")).Error);
        run.Write("rows.yaml", SomeRows.Good.Replace("since: 2026-01-01T00:00:00Z", "since: 2025-01-01T00:00:00Z", StringComparison.Ordinal));
        var result = await run.DoneAsync("apply", "rows.yaml");
        Assert.Contains("'since' has no effect any more", result.Error, StringComparison.Ordinal);
        Assert.Contains("auditfn backfill okta-prod --from 2025-01-01T00:00:00Z", result.Error, StringComparison.Ordinal);

        // Without one there is nothing to say; and a row that comes back finds the checkpoint that it left.
        run.Write("rows.yaml", SomeRows.Good.Replace("since: 2026-01-01T00:00:00Z", "", StringComparison.Ordinal));
        Assert.DoesNotContain("since", (await run.DoneAsync("apply", "rows.yaml")).Error, StringComparison.Ordinal);
        await run.DoneAsync("sources", "remove", "okta-prod");
        run.Write("rows.yaml", SomeRows.Good);
        Assert.Contains("'since' has no effect any more", (await run.DoneAsync("apply", "rows.yaml")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refresh_token_that_the_vendor_replaces_needs_a_place()
    {
        using var run = await CliRun.OnStorageAsync();
        var rows = SomeRows.Good[SomeRows.Good.IndexOf("destinations:", StringComparison.Ordinal)..] + """

            sources:
              - name: aruba
                template: aruba-central-audit
                destination: splunk
                host: apigw-prod2.central.arubanetworks.com
                clientId: secret:a
                clientSecret: secret:b
                refreshToken: secret:c
            """;
        run.Write("rows.yaml", rows);
        var refused = await run.RunAsync("apply", "rows.yaml");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("source 'aruba': the vendor replaces the refresh token when it is used", refused.Error, StringComparison.Ordinal);
        Assert.Contains("set Messages__Key", refused.Error, StringComparison.Ordinal);
        Assert.Empty(await SourcesOf(run));
        run.Set("Messages:Key", "secret:message-key");
        await run.DoneAsync("apply", "rows.yaml");
    }

    [Fact]
    public async Task None_is_written_when_one_is_wrong()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("good.yaml", SomeRows.Good);
        run.Write("bad.yaml", "sources:\n  - name: other\n    template: okta-system-log\n    destination: elsewhere\n    domain: acme.okta.com\n    token: secret:x");
        var result = await run.RunAsync("apply", "good.yaml", "bad.yaml");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("bad.yaml line 4: source 'other': destination: 'elsewhere' is neither in these files nor in the table; add a row for it.\nNothing was written.\n", result.Error);
        Assert.Empty(await SourcesOf(run));
        Assert.Empty(await new RowTable(run.Storage.Destinations, RowTable.DestinationKey).ListAsync(CliRun.Patience));
    }

    [Fact]
    public async Task A_destination_may_be_in_the_table_already()
    {
        using var run = await CliRun.OnStorageAsync();
        var split = SomeRows.Good.IndexOf("destinations:", StringComparison.Ordinal);
        run.Write("sources.yaml", SomeRows.Good[..split]);
        run.Write("destinations.yaml", SomeRows.Good[split..]);
        Assert.Equal(1, (await run.RunAsync("apply", "sources.yaml")).ExitCode);
        await run.DoneAsync("apply", "destinations.yaml");
        Assert.Equal("source 'okta-prod': added\n", (await run.DoneAsync("apply", "sources.yaml")).Output);
    }

    [Fact]
    public async Task A_nested_definition_and_a_list_of_destinations_become_flat_columns()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", """
            sources:
              - name: own
                destination: [one, two]
                definition:
                  baseUrl: https://api.example.com
                  request:
                    method: POST
                    body: { limit: 100, text: "100", flag: true, none: null, quote: "a \"b\" é" }
                  time: at
            destinations:
              - { name: one, type: http, url: "https://one.example.com" }
              - { name: two, type: http, url: "https://two.example.com" }
            """);
        var result = (await run.DoneAsync("apply", "rows.yaml", "--json")).Json;
        Assert.True(result.GetProperty("written").GetBoolean());
        Assert.Equal(["one", "two", "own"], result.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("name").GetString()));
        var row = (await SourcesOf(run)).Single();
        Assert.Equal("one,two", row["destination"]);
        Assert.Equal(
            """{"baseUrl": "https://api.example.com", "request": {"method": "POST", "body": {"limit": 100, "text": "100", "flag": true, "none": null, "quote": "a \"b\" é"}}, "time": "at"}""",
            row["definition"]);
        Assert.Empty((await run.DoneAsync("sources", "list", "--json")).Json.GetProperty("sources")[0].GetProperty("problems").EnumerateArray());
    }

    private static Task<IReadOnlyList<TableRow>> SourcesOf(CliRun run) => new RowTable(run.Storage.Sources, RowTable.SourceKey).ListAsync(CliRun.Patience);
}
