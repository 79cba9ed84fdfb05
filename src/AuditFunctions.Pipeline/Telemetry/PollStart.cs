using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Telemetry;

/// <summary>When a poll began, and what tells the wait for it from the vendor's delay.</summary>
/// <param name="At">When it began.</param>
/// <param name="Interval">How often the source is polled.</param>
/// <param name="Lag">Nothing younger than this is read.</param>
internal readonly record struct PollStart(DateTimeOffset At, TimeSpan Interval, TimeSpan Lag)
{
    /// <summary>A poll that begins now.</summary>
    public static PollStart Of(TimingDefinition timing, DateTimeOffset now) => new(now, timing.Interval, timing.Lag);

    /// <summary>How long an event waited for this poll: since it could have been read, at most the interval, since the poll before would have brought it.</summary>
    public TimeSpan WaitOf(DateTimeOffset eventAt)
    {
        var readable = At - eventAt - Lag;
        return readable <= TimeSpan.Zero ? TimeSpan.Zero : readable < Interval ? readable : Interval;
    }
}
