using AuditFunctions.Configuration;
using AuditFunctions.Operations.Contracts;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Tests.Contracts;

/// <summary>A contract that its template does not keep is seen.</summary>
public sealed class ContractRunTests
{
    private const string Good = """
        secrets: { token: t1 }
        polls:
          - poll: one
            exchanges:
              - ask: GET /audit/v1/logs
                headers: { Authorization: Bearer t1 }
                query: { oldest: "1769850000", latest: "1769853600", limit: "1000" }
                json: { entries: [{ id: a, date_create: 1769853000 }], response_metadata: { next_cursor: "" } }
            events: [a]
        """;

    [Fact]
    public async Task A_contract_that_is_kept_passes()
    {
        var poll = Assert.Single((await ContractRun.RunAsync(ContractRun.Read("slack-audit", Good))).Polls);
        Assert.Equal((1, 1, "drained"), (poll.Pages, poll.Events, poll.Ended));
    }

    [Theory]
    [InlineData("/audit/v1/logs", "/audit/v2/logs", "request: sent 'GET /audit/v1/logs', expected 'GET /audit/v2/logs'.")]
    [InlineData("Bearer t1", "Bearer t2", "Authorization: sent 'Bearer t1', expected 'Bearer t2'.")]
    [InlineData("limit: \"1000\"", "limit: \"1000\", more: x", "query: sent ")]
    [InlineData("latest: \"1769853600\", ", "", "query: sent ")]
    [InlineData("events: [a]", "events: [b]", "events: came [a], expected [b].")]
    [InlineData("events: [a]", "events: [a, b]", "events: came [a], expected [a, b].")]
    [InlineData("events: [a]", "count: 2", "events: 1 came, expected 2.")]
    [InlineData("next_cursor: \"\"", "next_cursor: x", "'GET /audit/v1/logs?oldest=1769850000&latest=1769853600&limit=1000&cursor=x' was not expected.")]
    [InlineData("date_create: 1769853000", "date_create: yesterday", "the time of event 0 cannot be read.")]
    [InlineData("date_create: 1769853000", "date_create: 1709853000", "the time of event 0, 2024-03-07T23:10:00Z, is far outside the poll's window: is it read by the right format?")]
    [InlineData("id: a,", "", "an event has no id.")]
    [InlineData("events: [a]", "events: [a]\n    ends: Throttled", "'drained' instead of 'Throttled'.")]
    [InlineData("events: [a]", "events: [a]\n  - poll: two\n    exchanges: [{ ask: GET /x, status: 429 }, { ask: GET /y }]", "request: sent 'GET /audit/v1/logs', expected 'GET /x'.\nnot asked: GET /y\n'Throttled 429, ? s' instead of 'drained'.")]
    public async Task A_contract_that_is_not_kept_fails(string was, string changed, string expected)
    {
        Assert.Contains(was, Good, StringComparison.Ordinal);
        var contract = ContractRun.Read("slack-audit", Good.Replace(was, changed, StringComparison.Ordinal));
        var replayed = await ContractReplay.RunAsync(contract, new TemplateCatalog(), CancellationToken.None);
        Assert.False(replayed.IsKept);
        Assert.StartsWith(expected, string.Join('\n', replayed.Polls.SelectMany(poll => poll.Wrong)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grant_type=jwt&assertion=*", "grant_type=jwt&assertion=ey.J.x%3D%3D", true)]
    [InlineData("grant_type=jwt&assertion=*", "assertion=ey.J.x&grant_type=jwt", false)]
    [InlineData("grant_type=jwt&assertion=*", "grant_type=other&assertion=ey.J.x", false)]
    [InlineData("grant_type=jwt&assertion=*", "grant_type=jwt", false)]
    public async Task A_star_in_a_form_stands_for_anything_and_not_for_nothing(string expected, string sent, bool isKept)
    {
        var template = new TemplateCatalog().With([new AuditFunctions.Configuration.Rows.TableRow("acme", new Dictionary<string, string>
        {
            ["definition"] = $"{{ baseUrl: https://a.example, request: {{ method: POST, path: /x, bodyFormat: text, body: '{sent}', headers: {{ Accept: a/b }} }}, events: {{ path: data }}, time: at }}",
        })]);
        var contract = ContractRun.Read("acme", $"polls: [{{ poll: one, exchanges: [{{ ask: POST /x, body: '{expected}', json: {{ data: [] }} }}], count: 0 }}]");
        Assert.Equal(isKept, (await ContractReplay.RunAsync(contract, template, CancellationToken.None)).IsKept);
    }

    [Theory]
    [InlineData("headers:", "header:", "polls.exchanges.header (line 6): is not known here; allowed: ")]
    [InlineData("[a]", "[{ a: b }]", "polls.events (line 9): must be a text or a list of texts.")]
    [InlineData("{ token: t1 }", "{ token: [t1] }", "secrets.token (line 1): must be a text.")]
    [InlineData("poll: one", "poll: one\n    to: noon", "polls.to (line 4): is 'noon'; allowed: an instant such as 2026-01-31T10:00:00Z.")]
    [InlineData("polls:", "other:", "polls: is missing: a list of polls, each with 'poll:' and 'exchanges:'.")]
    public void A_contract_that_is_not_one_is_told_with_its_line(string was, string wrong, string expected)
    {
        var problems = new Problems();
        Assert.Null(ContractReader.Read("slack-audit", Good.Replace(was, wrong, StringComparison.Ordinal), problems));
        Assert.Contains(problems.Found, problem => problem.ToString().StartsWith(expected, StringComparison.Ordinal));
    }
}
