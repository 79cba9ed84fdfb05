using Xunit.Sdk;

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
    public async Task A_contract_that_is_kept_passes() => Assert.Equal([1], (await ContractRun.RunAsync(Contract.Read("slack-audit", Good))).Pages);

    [Theory]
    [InlineData("/audit/v1/logs", "/audit/v2/logs", "one: request: sent 'GET /audit/v1/logs', expected 'GET /audit/v2/logs'.")]
    [InlineData("Bearer t1", "Bearer t2", "one: Authorization: sent 'Bearer t1', expected 'Bearer t2'.")]
    [InlineData("limit: \"1000\"", "limit: \"1000\", more: x", "one: query: sent ")]
    [InlineData("latest: \"1769853600\", ", "", "one: query: sent ")]
    [InlineData("events: [a]", "events: [b]", "Assert.Equal() Failure")]
    [InlineData("events: [a]", "events: [a, b]", "Assert.Equal() Failure")]
    [InlineData("next_cursor: \"\"", "next_cursor: x", "one: 'GET /audit/v1/logs?oldest=1769850000&latest=1769853600&limit=1000&cursor=x' was not expected.")]
    [InlineData("date_create: 1769853000", "date_create: yesterday", "one: the time of event 0 cannot be read.")]
    [InlineData("id: a,", "", "one: an event has no id.")]
    [InlineData("events: [a]", "events: [a]\n    ends: Throttled", "one: 'drained' instead of 'Throttled'.")]
    public async Task A_contract_that_is_not_kept_fails(string was, string changed, string expected)
    {
        var contract = Contract.Read("slack-audit", Good.Replace(was, changed, StringComparison.Ordinal));
        var failure = await Assert.ThrowsAnyAsync<XunitException>(() => ContractRun.RunAsync(contract));
        Assert.StartsWith(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistyped_key_of_a_contract_fails() =>
        Assert.ThrowsAny<XunitException>(() => Contract.Read("slack-audit", Good.Replace("headers:", "header:", StringComparison.Ordinal)));
}
