using AuditFunctions.Configuration;

namespace AuditFunctions.Operations;

/// <summary>Durations for people.</summary>
public static class Rounded
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    /// <summary>Such as <c>820ms</c>, <c>42s</c>, <c>12m5s</c> or <c>3h4m</c>: no milliseconds beyond 10 seconds, no seconds beyond an hour.</summary>
    public static string Of(TimeSpan duration) => Durations.Write(
        duration < Short ? TimeSpan.FromMilliseconds(Math.Round(duration.TotalMilliseconds))
        : duration < Long ? TimeSpan.FromSeconds(Math.Round(duration.TotalSeconds))
        : TimeSpan.FromMinutes(Math.Round(duration.TotalMinutes)));
}
