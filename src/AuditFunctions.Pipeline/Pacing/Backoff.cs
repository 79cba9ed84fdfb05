namespace AuditFunctions.Pipeline.Pacing;

/// <summary>Growing waits with jitter.</summary>
internal static class Backoff
{
    /// <summary>The wait before the next poll of a source that failed: 5 s doubling up to an hour, of which between half and all is taken by chance.</summary>
    public static TimeSpan AfterFailures(int failures, Random random) => Jittered(TimeSpan.FromSeconds(5), failures, TimeSpan.FromHours(1), random);

    /// <summary>The wait before the next poll of a source that was refused: 1 min doubling up to 10, so that a rotated secret is found soon.</summary>
    public static TimeSpan AfterRefusals(int failures, Random random) => Jittered(TimeSpan.FromMinutes(1), failures, TimeSpan.FromMinutes(10), random);

    /// <summary>The wait before a page is asked for again in the same run: 0.5 s doubling.</summary>
    public static TimeSpan InRun(int attempt, Random random) => Jittered(TimeSpan.FromMilliseconds(500), attempt, TimeSpan.FromSeconds(15), random);

    /// <summary>The wait before a delivery is tried again: 1 s doubling up to 15 minutes.</summary>
    public static TimeSpan OfDelivery(int attempt, Random random) => Jittered(TimeSpan.FromSeconds(1), attempt, TimeSpan.FromMinutes(15), random);

    private static TimeSpan Jittered(TimeSpan first, int attempt, TimeSpan most, Random random)
    {
        var full = Math.Min(first.TotalSeconds * Math.Pow(2, Math.Clamp(attempt - 1, 0, 30)), most.TotalSeconds);
        return TimeSpan.FromSeconds(full * (0.5 + (random.NextDouble() / 2)));
    }
}
