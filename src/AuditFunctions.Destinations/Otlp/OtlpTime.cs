namespace AuditFunctions.Destinations.Otlp;

/// <summary>Times of OTLP: nanoseconds since 1970, unsigned.</summary>
internal static class OtlpTime
{
    private const long NanosecondsPerTick = 100;

    /// <summary>An instant; null where it is before 1970 or beyond what 64 bits hold.</summary>
    public static long? Of(DateTimeOffset instant) =>
        instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks is >= 0 and <= long.MaxValue / NanosecondsPerTick and var ticks ? ticks * NanosecondsPerTick : null;
}
