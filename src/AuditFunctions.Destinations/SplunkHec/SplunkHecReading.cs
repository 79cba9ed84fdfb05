using System.Buffers.Text;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.SplunkHec;

/// <summary>Reads what <see cref="SplunkHecFormat"/> writes.</summary>
internal static class SplunkHecReading
{
    /// <summary>Finds the events: an object each, with white space behind it.</summary>
    public static bool Read(ReadOnlySpan<byte> body, List<FramedEvent> events)
    {
        for (var at = 0; at < body.Length;)
        {
            if (body[at] != '{' || JsonExtent.EndOf(body, at) is not (>= 0 and var end) || ReadFrame(body, at) is not { } framed)
            {
                return false;
            }

            at = JsonExtent.SkipSpace(body, end);
            events.Add(framed with { End = at });
        }

        return true;
    }

    private static FramedEvent? ReadFrame(ReadOnlySpan<byte> body, int start)
    {
        FramedEvent? framed = null;
        Range id = default;
        DateTimeOffset? time = null;
        var members = new JsonMembers(body, start);
        while (members.Next())
        {
            var (from, to) = (members.ValueStart, members.ValueEnd);
            if (members.Name.SequenceEqual("time"u8))
            {
                time = Time(body[from..to]);
            }
            else if (members.Name.SequenceEqual("fields"u8))
            {
                id = Id(body, from);
            }
            else if (members.Name.SequenceEqual("event"u8))
            {
                framed = new FramedEvent { Start = start, End = to, Event = from..to };
            }
        }

        return framed is { } found ? found with { Id = id, Time = time } : null;
    }

    private static Range Id(ReadOnlySpan<byte> body, int fields)
    {
        var members = new JsonMembers(body, fields);
        while (body[fields] == '{' && members.Next())
        {
            if (members.Name.SequenceEqual("event_id"u8) && body[members.ValueStart] == '"')
            {
                return (members.ValueStart + 1)..(members.ValueEnd - 1);
            }
        }

        return default;
    }

    // The largest instant in seconds and seven fraction digits is within a decimal's 28 digits.
    private static DateTimeOffset? Time(ReadOnlySpan<byte> seconds) =>
        Utf8Parser.TryParse(seconds, out decimal value, out var length) && length == seconds.Length
        && Math.Abs(value) < 300_000_000_000m && DateTimeOffset.UnixEpoch.Ticks + (long)(value * TimeSpan.TicksPerSecond) is >= 0 and var ticks && ticks <= DateTimeOffset.MaxValue.Ticks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : null;
}
