namespace AuditFunctions.Events;

/// <summary>Where an event's time stands.</summary>
/// <param name="Field">Index of its first event field; -1 where the time stands beside the page.</param>
/// <param name="Parts">How many event fields from there on are asked: the first that has something says it.</param>
/// <param name="Format">How it is written.</param>
public readonly record struct EventTime(int Field, int Parts, TimeFormat Format)
{
    /// <summary>Reads the time of an event.</summary>
    /// <param name="page">The page's bytes.</param>
    /// <param name="cut">What was found in it.</param>
    /// <param name="at">The event.</param>
    /// <param name="time">The time.</param>
    /// <returns>false when it has none that can be read.</returns>
    public bool TryRead(ReadOnlySpan<byte> page, CutPage cut, int at, out DateTimeOffset time)
    {
        if (Field < 0)
        {
            return cut.TryTime(at, out time);
        }

        var slice = cut.EventField(at, Field);
        for (var field = Field + 1; field < Field + Parts && (slice.Kind is JsonKind.Missing or JsonKind.Null || slice.Length == 0); field++)
        {
            slice = cut.EventField(at, field);
        }

        return Format.TryRead(page, slice, out time);
    }
}
