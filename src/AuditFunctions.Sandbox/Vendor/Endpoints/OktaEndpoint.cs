using System.Globalization;

namespace AuditFunctions.Sandbox;

/// <summary>
/// Okta's System Log, <c>GET /api/v1/logs</c>. Without <c>until</c> it polls: events come in the order in which they were stored, and
/// the next link never ends. With <c>until</c> it is bounded by <c>published</c>, from <c>since</c> (inclusive) to <c>until</c>.
/// </summary>
internal sealed class OktaEndpoint(SandboxVendorOptions options) : IVendorEndpoint
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;
    private readonly EventWriter _events = new(options, OktaShape.Create());

    /// <inheritdoc/>
    public bool Matches(string path) => path == "/api/v1/logs";

    /// <inheritdoc/>
    public bool Authorizes(VendorRequest request) => request.Credentials.AcceptsToken(request.Authorization, "SSWS", "Bearer");

    /// <inheritdoc/>
    public Answer Refuse() => Answer.Of(401, """{"errorCode":"E0000011","errorSummary":"Invalid token provided","errorCauses":[]}""");

    /// <inheritdoc/>
    public Answer Throttle(DateTimeOffset resetAt, TimeSpan wait) =>
        Answer.Of(429, """{"errorCode":"E0000047","errorSummary":"API call exceeded rate limit.","errorCauses":[]}""")
            .With("X-Rate-Limit-Limit", options.RateLimit.ToString(CultureInfo.InvariantCulture))
            .With("X-Rate-Limit-Remaining", "0")
            .With("X-Rate-Limit-Reset", resetAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public ValueTask<Answer> ReplyAsync(VendorRequest request, CancellationToken ct) => ValueTask.FromResult(Reply(request));

    private Answer Reply(VendorRequest request)
    {
        if (request.Number("limit", DefaultLimit) is not { } limit || limit > MaxLimit)
        {
            return Invalid("limit");
        }

        if (!QueryTimes.TryIso(request.Query("until"), out var until))
        {
            return Invalid("until");
        }

        if (!QueryTimes.TryIso(request.Query("since"), out var since))
        {
            return Invalid("since");
        }

        EventPlace? after = null;
        if (request.Query("after") is { } cursor && (after = request.PlaceOf(cursor)) is null)
        {
            return Invalid("after");
        }

        var from = since ?? (until ?? request.NowTicks) - TimeSpan.FromDays(7).Ticks;
        var descending = string.Equals(request.Query("sortOrder"), "DESCENDING", StringComparison.OrdinalIgnoreCase);
        return until is null && !descending
            ? Poll(request, from, after, limit)
            : Bounded(request, new EventQuery(from, until ?? request.NowTicks + 1,
                descending ? EventOrder.Descending : EventOrder.Ascending, limit, after));
    }

    private Answer Poll(VendorRequest request, long from, EventPlace? after, int limit)
    {
        // While polling a place is a position in the order of storing; the key is not used.
        var position = after?.Number ?? request.Log.PositionAt(from);
        var numbers = request.Log.Persisted(position, limit);
        return Page(request, numbers, new EventPlace(0, position + numbers.Count));
    }

    private Answer Bounded(VendorRequest request, EventQuery query)
    {
        var page = request.Log.Find(query);
        return Page(request, page.Numbers, page.Last);
    }

    private Answer Page(VendorRequest request, IReadOnlyList<int> numbers, EventPlace? next)
    {
        var answer = new Answer();
        _events.WriteArray(answer.Body, request.Log, numbers);
        var links = new List<string> { $"<{request.Url}>; rel=\"self\"" };
        if (NextUrl(request, numbers.Count == 0, next) is { } url)
        {
            links.Add($"<{url}>; rel=\"next\"");
        }

        foreach (var link in options.OktaJoinsLinks ? [string.Join(", ", links)] : links)
        {
            answer.With("Link", link);
        }

        return answer;
    }

    private string? NextUrl(VendorRequest request, bool isEmpty, EventPlace? next) => (isEmpty, options.OktaEmptyPage) switch
    {
        (true, EmptyPageNextLink.Absent) => null,
        (true, EmptyPageNextLink.SameAsSelf) => request.Url,
        _ => next is { } place ? request.UrlWith("after", request.CursorOf(place)) : request.Url,
    };

    private static Answer Invalid(string parameter) => Answer.Of(400,
        $$"""{"errorCode":"E0000001","errorSummary":"Api validation failed: {{parameter}}","errorCauses":[]}""");
}
