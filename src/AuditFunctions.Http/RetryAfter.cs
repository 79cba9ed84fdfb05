namespace AuditFunctions.Http;

/// <summary>How long a server asks us to wait: Retry-After in seconds or as a date (RFC 9110, section 10.2.3).</summary>
public static class RetryAfter
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>What the header says, from 0 to an hour; null when there is none.</summary>
    public static TimeSpan? Of(HttpResponseMessage response, DateTimeOffset now) =>
        response.Headers.RetryAfter is { } after ? Bounded(after.Delta ?? after.Date - now) : null;

    /// <summary>A wait that a server asked for, from 0 to an hour.</summary>
    public static TimeSpan? Bounded(TimeSpan? wait) =>
        wait is { } known ? TimeSpan.FromTicks(Math.Clamp(known.Ticks, 0, Longest.Ticks)) : null;
}
