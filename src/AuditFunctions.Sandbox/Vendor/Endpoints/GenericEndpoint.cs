using System.Globalization;

namespace AuditFunctions.Sandbox;

/// <summary>
/// <c>GET /generic/{paging}</c> with <c>from</c>, <c>to</c>, <c>order=asc|desc|none</c> and <c>limit</c>, as
/// <see cref="GenericVendorOptions"/> says.
/// </summary>
internal sealed class GenericEndpoint(SandboxVendorOptions options) : IVendorEndpoint
{
    private const string Root = "/generic/";
    private readonly GenericVendorOptions _generic = options.Generic;
    private readonly EventWriter _events = new(options, GenericShape.Create(options.Generic.TimeFormat, options.Generic.EventBytes));

    /// <inheritdoc/>
    public bool Matches(string path) => path.StartsWith(Root, StringComparison.Ordinal)
        && Array.Exists(GenericPagings.All, p => p.Name == path[Root.Length..]);

    /// <inheritdoc/>
    public bool Authorizes(VendorRequest request) => request.Credentials.AcceptsToken(request.Authorization, "Bearer");

    /// <inheritdoc/>
    public Answer Refuse() => Answer.Of(401, """{"error":"unauthorized"}""");

    /// <inheritdoc/>
    public Answer Throttle(DateTimeOffset resetAt, TimeSpan wait) => Answer.Of(429, """{"error":"too many requests"}""")
        .With("Retry-After", Math.Ceiling(wait.TotalSeconds).ToString("F0", CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public ValueTask<Answer> ReplyAsync(VendorRequest request, CancellationToken ct) => ValueTask.FromResult(Reply(request));

    private Answer Reply(VendorRequest request)
    {
        var name = (request.Http.Path.Value ?? "")[Root.Length..];
        var paging = Array.Find(GenericPagings.All, p => p.Name == name);
        if (paging is null || Query(request) is not { } query || paging.Read(request, query) is not { } paged)
        {
            return Answer.Of(400, """{"error":"bad parameter"}""");
        }

        if (_generic.EventsAtRoot && (paging.NeedsBody || _generic.Stop == VendorStop.HasMoreFlag))
        {
            return Answer.Of(400, """{"error":"events at the root leave no place for a cursor or flag in the body"}""");
        }

        var page = request.Log.Find(paged);
        var answer = new Answer();
        if (_generic.EventsAtRoot)
        {
            WriteEvents(answer.Body, request.Log, page);
            paging.Write(request, paged, page, HasNext(page), answer, isObject: false);
            return answer;
        }

        answer.Body.WriteText("{\"data\":");
        WriteEvents(answer.Body, request.Log, page);
        if (_generic.Stop == VendorStop.HasMoreFlag)
        {
            answer.Body.WriteText(page.HasMore ? ",\"has_more\":true" : ",\"has_more\":false");
        }

        paging.Write(request, paged, page, HasNext(page), answer, isObject: true);
        answer.Body.WriteByte((byte)'}');
        return answer;
    }

    private bool HasNext(EventPage page) => _generic.Stop switch
    {
        VendorStop.NoCursor => page.HasMore,
        VendorStop.EmptyPage => page.Numbers.Count > 0,
        _ => true,
    };

    private void WriteEvents(PooledBuffer body, LogView log, EventPage page)
    {
        if (_generic.Dictionary)
        {
            _events.WriteDictionary(body, log, page.Numbers);
        }
        else
        {
            _events.WriteArray(body, log, page.Numbers);
        }
    }

    private EventQuery? Query(VendorRequest request)
    {
        if (!QueryTimes.TryRead(request.Query("from"), _generic.TimeFormat, out var from)
            || !QueryTimes.TryRead(request.Query("to"), _generic.TimeFormat, out var to)
            || request.Number("limit", _generic.DefaultLimit) is not { } limit || limit < 1
            || Order(request.Query("order")) is not { } order)
        {
            return null;
        }

        var step = Math.Max(1, _generic.Granularity.Ticks);
        var first = from is { } f ? QueryTimes.Truncate(f, _generic.Granularity) + (_generic.FromInclusive ? 0 : step) : 0;
        var end = to is { } t ? QueryTimes.Truncate(t, _generic.Granularity) + (_generic.ToInclusive ? step : 0) : long.MaxValue;
        return new EventQuery(first, end, order, Math.Min(limit, _generic.MaxLimit));
    }

    private static EventOrder? Order(string? text) => text switch
    {
        null or "asc" => EventOrder.Ascending,
        "desc" => EventOrder.Descending,
        "none" => EventOrder.None,
        _ => null,
    };
}
