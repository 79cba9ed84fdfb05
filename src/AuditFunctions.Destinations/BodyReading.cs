using AuditFunctions.Destinations.Http;
using AuditFunctions.Destinations.Sentinel;
using AuditFunctions.Destinations.SplunkHec;

namespace AuditFunctions.Destinations;

/// <summary>
/// Where an event stands in a body. What stands before the first frame, any frames that follow each other, and what stands behind the last one make
/// a body again.
/// </summary>
public readonly record struct FramedEvent
{
    /// <summary>Where its frame starts.</summary>
    public required int Start { get; init; }

    /// <summary>Where its frame ends.</summary>
    public required int End { get; init; }

    /// <summary>The event's own bytes.</summary>
    public required Range Event { get; init; }

    /// <summary>Its id as the inside of a JSON string; empty when the frame holds none.</summary>
    public Range Id { get; init; }

    /// <summary>Its time, when the frame holds one.</summary>
    public DateTimeOffset? Time { get; init; }
}

/// <summary>Finds the events of a body of one framing.</summary>
/// <returns>false when the body is not framed like that.</returns>
internal delegate bool BodyReading(ReadOnlySpan<byte> body, List<FramedEvent> events);

/// <summary>How bodies of each framing are read: the other direction of <see cref="IBodyFormat"/>, which needs none of a row's columns.</summary>
public static class BodyReadings
{
    // One line per framing; a framing that nothing writes any more stays, since dead letters are kept for ever.
    private static readonly Dictionary<string, BodyReading> ByKind = new(StringComparer.Ordinal)
    {
        ["splunk-hec/1"] = SplunkHecReading.Read,
        ["http-array/1"] = HttpReading.ReadArray,
        ["http-ndjson/1"] = HttpReading.ReadLines,
        ["http-envelope/1"] = HttpReading.ReadEnvelope,
        ["sentinel/1"] = SentinelReading.Read,
    };

    /// <summary>The events of a body, in order; null when the framing is unknown or the body is not framed like that.</summary>
    public static List<FramedEvent>? Read(string kind, ReadOnlySpan<byte> body)
    {
        var events = new List<FramedEvent>();
        return ByKind.TryGetValue(kind, out var read) && read(body, events) && events.Count > 0 ? events : null;
    }
}
