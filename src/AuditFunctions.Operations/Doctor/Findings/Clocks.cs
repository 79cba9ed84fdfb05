using Azure;

namespace AuditFunctions.Operations.Doctor.Findings;

/// <summary>How far our clock is from another one.</summary>
/// <param name="Whose">Whose clock.</param>
/// <param name="IsStorage">Whether it is that of storage.</param>
/// <param name="Ahead">How far ours is ahead at least; negative when it is behind, zero when it may be right.</param>
internal sealed record ClockReading(string Whose, bool IsStorage, TimeSpan Ahead);

/// <summary>The clocks of others, from the <c>Date</c> of their answers. Thread safe.</summary>
internal sealed class Clocks(TimeProvider time)
{
    // The header counts whole seconds.
    private static readonly TimeSpan Resolution = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ClockReading> _known = new(StringComparer.Ordinal);

    /// <summary>The best reading of each clock.</summary>
    public IReadOnlyList<ClockReading> Known
    {
        get
        {
            lock (_gate)
            {
                return [.. _known.Values.OrderBy(reading => reading.Whose, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Notes the instant that an answer names, which lies between the sending of the request and now.</summary>
    public void Note(string whose, bool isStorage, DateTimeOffset sentAt, DateTimeOffset? date)
    {
        if (date is not { } at)
        {
            return;
        }

        var atLeast = sentAt - at - Resolution;
        var atMost = time.GetUtcNow() - at;
        var ahead = atLeast > TimeSpan.Zero ? atLeast : atMost < TimeSpan.Zero ? atMost : TimeSpan.Zero;
        lock (_gate)
        {
            if (!_known.TryGetValue(whose, out var known) || ahead.Duration() < known.Ahead.Duration())
            {
                _known[whose] = new ClockReading(whose, isStorage, ahead);
            }
        }
    }

    /// <summary>Makes a request of storage and notes the instant of its answer, whatever it is.</summary>
    public async Task<T> TimedAsync<T>(Uri service, Func<Task<T>> request, Func<T, Response> raw)
    {
        var sentAt = time.GetUtcNow();
        try
        {
            var answer = await request();
            Note(service.Authority, isStorage: true, sentAt, raw(answer).Headers.Date);
            return answer;
        }
        catch (RequestFailedException exception)
        {
            Note(service.Authority, isStorage: true, sentAt, exception.GetRawResponse()?.Headers.Date);
            throw;
        }
    }
}

/// <summary>Notes the clocks of vendors and destinations by the way.</summary>
internal sealed class ClockNotes(Clocks clocks, TimeProvider time) : DelegatingHandler
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sentAt = time.GetUtcNow();
        var response = await base.SendAsync(request, cancellationToken);

        // One that a cache gave is as old as it is.
        if (response.Headers.Age is null && request.RequestUri is { } url)
        {
            clocks.Note(url.Authority, isStorage: false, sentAt, response.Headers.Date);
        }

        return response;
    }
}
