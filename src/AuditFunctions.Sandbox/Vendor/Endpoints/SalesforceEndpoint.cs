using System.Text.RegularExpressions;

namespace AuditFunctions.Sandbox;

/// <summary>
/// Salesforce's <c>GET /services/data/v{api}/query?q={SOQL}</c>, bounded by <c>CreatedDate</c> (to the second) and ordered as the query
/// says. Further pages are under <c>nextRecordsUrl</c> until <c>done</c>.
/// </summary>
internal sealed partial class SalesforceEndpoint(SandboxVendorOptions options) : IVendorEndpoint
{
    private const int PageSize = 2000;
    private readonly EventWriter _events = new(options, SalesforceShape.Create());

    /// <inheritdoc/>
    public bool Matches(string path) => QueryPath().IsMatch(path);

    /// <inheritdoc/>
    public bool Authorizes(VendorRequest request) => request.Credentials.AcceptsAccessToken(request.Authorization);

    /// <inheritdoc/>
    public Answer Refuse() => Error(401, "INVALID_SESSION_ID", "Session expired or invalid");

    /// <inheritdoc/>
    public Answer Throttle(DateTimeOffset resetAt, TimeSpan wait) => Error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");

    /// <inheritdoc/>
    public ValueTask<Answer> ReplyAsync(VendorRequest request, CancellationToken ct) => ValueTask.FromResult(Reply(request));

    private Answer Reply(VendorRequest request)
    {
        var path = QueryPath().Match(request.Http.Path.Value ?? "");
        var locator = path.Groups["locator"].Value;
        if (locator.Length > 0)
        {
            return SalesforceLocator.Read(request, locator) is { } place
                ? Page(request, path.Groups["root"].Value, place)
                : Error(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
        }

        return SoqlQuery.Read(request.Query("q") ?? "") is { } soql
            ? Page(request, path.Groups["root"].Value, new EventQuery(soql.From, soql.To, soql.Order, PageSize))
            : Error(400, "MALFORMED_QUERY", "unexpected token");
    }

    private Answer Page(VendorRequest request, string root, EventQuery query)
    {
        var page = request.Log.Find(query with { Limit = PageSize });
        var answer = new Answer();
        answer.Body.WriteText($"{{\"totalSize\":{request.Log.CountOf(query.From, query.To)},");
        if (page is { HasMore: true, Last: { } last })
        {
            var url = $"{root}/{SalesforceLocator.Of(request, query with { After = last })}";
            answer.Body.WriteText($"\"done\":false,\"nextRecordsUrl\":\"{url}\",\"records\":");
        }
        else
        {
            answer.Body.WriteText("\"done\":true,\"records\":");
        }

        _events.WriteArray(answer.Body, request.Log, page.Numbers);
        answer.Body.WriteByte((byte)'}');
        return answer;
    }

    private static Answer Error(int status, string code, string message) =>
        Answer.Of(status, $$"""[{"errorCode":"{{code}}","message":"{{message}}"}]""");

    [GeneratedRegex(@"^(?<root>/services/data/v[0-9.]+/query)(?:/(?<locator>[^/]+))?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex QueryPath();
}
