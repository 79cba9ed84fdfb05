namespace AuditFunctions.Tests.Cli;

/// <summary><c>auditfn templates test</c>: a contract of one's own is replayed offline, in anybody's pipeline.</summary>
public sealed class ReplayTemplateTests
{
    internal const string Template = """
        name: acme-audit
        vendor: Acme
        title: Audit log
        parameters:
          token: { description: API token., secret: true }
        baseUrl: https://api.acme.example
        auth: { scheme: bearer, token: "{token}" }
        request:
          path: /v1/audit
          query: { since: "{from}", until: "{to}", cursor: "{cursor}" }
        paging: { kind: cursor, path: next }
        events: { path: data }
        id: id
        time: at
        """;

    internal const string Contract = """
        secrets: { token: t1 }
        polls:
          - poll: two pages
            exchanges:
              - ask: GET /v1/audit
                headers: { Authorization: Bearer t1 }
                query: { since: "2026-01-31T09:00:00.000Z", until: "2026-01-31T10:00:00.000Z" }
                json: { data: [{ id: a, at: "2026-01-31T09:10:00Z" }], next: n1 }
              - ask: GET /v1/audit
                query: { since: "2026-01-31T09:00:00.000Z", until: "2026-01-31T10:00:00.000Z", cursor: n1 }
                json: { data: [{ id: b, at: "2026-01-31T09:20:00Z" }], next: null }
            events: [a, b]
          - poll: too many requests
            exchanges:
              - ask: GET /v1/audit
                status: 429
                answerHeaders: { Retry-After: "30" }
            ends: Throttled 429, 30 s
        """;

    [Fact]
    public async Task A_template_that_keeps_its_contract_passes_without_storage_or_network()
    {
        using var run = CliRun.Offline();
        run.Write("acme-audit.yaml", Template);
        run.Write("acme-audit.contract.yaml", Contract);
        const string Window = "since=2026-01-31T09%3A00%3A00.000Z&until=2026-01-31T10%3A00%3A00.000Z";
        Assert.Equal(
            $"""
            acme-audit.contract.yaml, template acme-audit (acme-audit.yaml)
              two pages
                ok    GET /v1/audit?{Window} -> 200
                ok    GET /v1/audit?{Window}&cursor=n1 -> 200
                ok    2 events, drained
              too many requests
                ok    GET /v1/audit?{Window} -> 429
                ok    0 events, Throttled 429, 30 s
            Kept: 2 polls, 3 requests.

            """,
            (await run.DoneAsync("templates", "test", "acme-audit.contract.yaml")).Output);
        var json = (await run.DoneAsync("templates", "test", "acme-audit.contract.yaml", "--json")).Json;
        Assert.True(json.GetProperty("kept").GetBoolean());
        Assert.Equal(2, json.GetProperty("contracts")[0].GetProperty("polls").GetArrayLength());
    }

    [Fact]
    public async Task What_is_not_kept_is_told_step_by_step_and_fails()
    {
        using var run = CliRun.Offline();
        run.Write("mine.yaml", Template.Replace("path: /v1/audit", "path: /v2/audit", StringComparison.Ordinal));
        run.Write("acme.contract.yaml", Contract.Replace("events: [a, b]", "events: [a, c]", StringComparison.Ordinal));
        var result = await run.RunAsync("templates", "test", "acme.contract.yaml", "--template", "mine.yaml");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("    WRONG GET /v2/audit?since=", result.Output, StringComparison.Ordinal);
        Assert.Contains("          request: sent 'GET /v2/audit', expected 'GET /v1/audit'.\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("    WRONG 2 events, drained\n          events: came [a, b], expected [a, c].\n", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("Not kept: 2 of 2 polls.\n", result.Output, StringComparison.Ordinal);
        Assert.False((await run.RunAsync("templates", "test", "acme.contract.yaml", "--template", "mine.yaml", "--json")).Json.GetProperty("kept").GetBoolean());
    }

    [Fact]
    public async Task A_shipped_template_is_meant_where_no_file_is_beside_the_contract()
    {
        using var run = CliRun.Offline();
        var contract = Path.Combine(Docs.DocsPage.Root, "templates/slack/slack-audit.contract.yaml");
        run.Write("slack-audit.contract.yaml", await File.ReadAllTextAsync(contract));
        Assert.Contains("slack-audit.contract.yaml, template slack-audit (the shipped one)\n", (await run.DoneAsync("templates", "test", "slack-audit.contract.yaml")).Output, StringComparison.Ordinal);
        await run.DoneAsync("templates", "test", contract);
    }

    [Theory]
    [InlineData("none.contract.yaml", "", "", "none.contract.yaml: does not exist.")]
    [InlineData("rows.yaml", Contract, Template, "rows.yaml: the name of a contract file ends in '.contract.yaml'")]
    [InlineData("other.contract.yaml", Contract, Template, "other.contract.yaml: there is no other.yaml beside it, and no shipped template 'other'")]
    [InlineData("acme-audit.contract.yaml", "polls: [", Template, "acme-audit.contract.yaml line 2: is not valid YAML:")]
    [InlineData("acme-audit.contract.yaml", "poll: []", Template, "acme-audit.contract.yaml: polls: is missing: a list of polls")]
    [InlineData("acme-audit.contract.yaml", Contract, "name: acme-audit\ncategory: fruit", "acme-audit.yaml line 2: template 'acme-audit': category (line 1): is 'fruit'; allowed: ")]
    public async Task What_cannot_be_replayed_says_why(string file, string contract, string template, string message)
    {
        using var run = CliRun.Offline();
        if (contract.Length > 0)
        {
            run.Write(file, contract);
        }

        run.Write("acme-audit.yaml", template);
        var result = await run.RunAsync("templates", "test", file);
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.StartsWith(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_whose_definition_is_wrong_is_told_where()
    {
        using var run = CliRun.Offline();
        run.Write("acme-audit.yaml", Template.Replace("kind: cursor", "kind: cursory", StringComparison.Ordinal));
        run.Write("acme-audit.contract.yaml", Contract);
        var result = await run.RunAsync("templates", "test", "acme-audit.contract.yaml");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("  WRONG paging.kind: is 'cursory'; allowed: ", result.Output, StringComparison.Ordinal);
    }
}
