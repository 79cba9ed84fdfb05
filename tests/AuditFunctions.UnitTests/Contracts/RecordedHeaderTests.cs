using AuditFunctions.Operations.Contracts.Recording;

namespace AuditFunctions.Tests.Contracts;

/// <summary>A recorded contract keeps the headers of an answer that its template reads: without them a replay would come to something else.</summary>
public sealed class RecordedHeaderTests
{
    [Theory]
    [InlineData("""{"errors":[{"header":"x-log-progress","isNot":"Complete"}]}""", "X-Log-Progress")]
    [InlineData("""{"paging":{"stop":{"header":"X-Has-More","is":"false"}}}""", "X-Has-More")]
    [InlineData("""{"paging":{"code":"return page.headers[\"x-next\"]"}}""", "X-Next")]
    [InlineData("""{"paging":{"code":"return page.headers['x-next']"}}""", "X-Next")]
    [InlineData("""{"paging":{"code":"return page.headers.etag"}}""", "ETag")]
    [InlineData("""{"request":{"path":"/x"}}""", "")]
    public void They_are_kept_wherever_the_template_names_them(string template, string expected)
    {
        var call = new RecordedCall
        {
            Method = "GET",
            Url = new Uri("https://a.example/x"),
            Status = 200,
            AnswerHeaders = [new("X-Log-Progress", "Complete"), new("X-Has-More", "false"), new("X-Next", "n2"), new("ETag", "e1"), new("Set-Cookie", "s=1"), new("Content-Type", "application/json")],
            Answer = "[]",
        };
        var kept = new ContractDraft([], null, new Uri("https://a.example"), template).Of(call).AnswerHeaders;
        Assert.Equal(expected, string.Join(' ', kept.Keys));
    }
}
