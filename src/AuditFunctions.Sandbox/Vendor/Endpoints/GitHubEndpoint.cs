using System.Globalization;
using System.Text.RegularExpressions;

namespace AuditFunctions.Sandbox;

/// <summary>
/// GitHub's audit log, <c>GET /orgs/{org}/audit-log</c> and <c>/enterprises/{enterprise}/audit-log</c>. Times are bounded inside the
/// search phrase, to the second; the order is newest first by default; the last page has no next link.
/// </summary>
internal sealed partial class GitHubEndpoint(SandboxVendorOptions options) : IVendorEndpoint
{
    private const int DefaultPerPage = 30;
    private const int MaxPerPage = 100;
    private readonly EventWriter _events = new(options, GitHubShape.Create());

    /// <inheritdoc/>
    public bool Matches(string path) => AuditLogPath().IsMatch(path);

    /// <inheritdoc/>
    public bool Authorizes(VendorRequest request) => request.Credentials.AcceptsToken(request.Authorization, "Bearer", "token");

    /// <inheritdoc/>
    public Answer Refuse() => Answer.Of(401, """{"message":"Bad credentials","documentation_url":"https://docs.github.com/rest"}""");

    /// <inheritdoc/>
    public Answer Throttle(DateTimeOffset resetAt, TimeSpan wait) =>
        Answer.Of(403, """{"message":"API rate limit exceeded","documentation_url":"https://docs.github.com/rest"}""")
            .With("X-RateLimit-Limit", options.RateLimit.ToString(CultureInfo.InvariantCulture))
            .With("X-RateLimit-Remaining", "0")
            .With("X-RateLimit-Reset", resetAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public ValueTask<Answer> ReplyAsync(VendorRequest request, CancellationToken ct) => ValueTask.FromResult(Reply(request));

    private Answer Reply(VendorRequest request)
    {
        if (request.Number("per_page", DefaultPerPage) is not { } perPage || perPage < 1
            || !TryBounds(request, out var from, out var to))
        {
            return Answer.Of(422, """{"message":"Validation Failed"}""");
        }

        EventPlace? after = null;
        if (request.Query("after") is { } cursor && (after = request.PlaceOf(cursor)) is null)
        {
            return Answer.Of(422, """{"message":"Invalid cursor"}""");
        }

        var order = request.Query("order") == "asc" ? EventOrder.Ascending : EventOrder.Descending;
        var page = request.Log.Find(new EventQuery(from, to, order, Math.Min(perPage, MaxPerPage), after));
        var answer = new Answer();
        _events.WriteArray(answer.Body, request.Log, page.Numbers);
        return page is { HasMore: true, Last: { } last }
            ? answer.With("Link", $"<{request.UrlWith("after", request.CursorOf(last))}>; rel=\"next\"")
            : answer;
    }

    private static bool TryBounds(VendorRequest request, out long from, out long to)
    {
        from = request.NowTicks - TimeSpan.FromDays(92).Ticks; // without a lower bound: the last three months
        to = long.MaxValue;
        var second = TimeSpan.FromSeconds(1);
        foreach (var term in (request.Query("phrase") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (CreatedTerm().Match(term) is not { Success: true } match)
            {
                continue; // other search terms do not narrow this log
            }

            if (!QueryTimes.TryIso(match.Groups["at"].Value, out var at))
            {
                return false;
            }

            var start = QueryTimes.Truncate(at.GetValueOrDefault(), second);
            (from, to) = match.Groups["op"].Value switch
            {
                ">=" => (start, to),
                ">" => (start + second.Ticks, to),
                "<=" => (from, start + second.Ticks),
                "<" => (from, start),
                _ => (start, start + second.Ticks),
            };
        }

        return true;
    }

    [GeneratedRegex("^/(?:orgs|enterprises)/[^/]+/audit-log$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AuditLogPath();

    [GeneratedRegex("^created:(?<op>>=|>|<=|<|)(?<at>.+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex CreatedTerm();
}
