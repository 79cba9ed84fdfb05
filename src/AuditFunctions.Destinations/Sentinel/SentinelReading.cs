using System.Buffers.Text;
using AuditFunctions.Destinations.Http;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.Sentinel;

/// <summary>Reads what <see cref="SentinelFormat"/> writes.</summary>
internal static class SentinelReading
{
    /// <summary>Finds the events of an array of rows.</summary>
    public static bool Read(ReadOnlySpan<byte> body, List<FramedEvent> events)
    {
        if (!HttpReading.ReadArray(body, events))
        {
            return false;
        }

        for (var at = 0; at < events.Count; at++)
        {
            if (Unwrap(body, events[at]) is not { } framed)
            {
                return false;
            }

            events[at] = framed;
        }

        return true;
    }

    private static FramedEvent? Unwrap(ReadOnlySpan<byte> body, FramedEvent row)
    {
        FramedEvent? framed = null;
        Range id = default;
        DateTimeOffset? time = null;
        var members = new JsonMembers(body, row.Start);
        while (body[row.Start] == '{' && members.Next())
        {
            var (from, to) = (members.ValueStart, members.ValueEnd);
            if (members.Name.SequenceEqual("Event"u8))
            {
                var isWrapped = body[from..to].StartsWith(SentinelFormat.WrapStart);
                framed = row with { Event = isWrapped ? (from + SentinelFormat.WrapStart.Length)..(to - 1) : from..to };
            }
            else if (body[from] == '"' && members.Name.SequenceEqual("EventId"u8))
            {
                id = (from + 1)..(to - 1);
            }
            else if (body[from] == '"' && members.Name.SequenceEqual("EventTime"u8) && Utf8Parser.TryParse(body[(from + 1)..(to - 1)], out DateTime instant, out _, 'O'))
            {
                time = new DateTimeOffset(DateTime.SpecifyKind(instant, DateTimeKind.Utc));
            }
        }

        return framed is { } found ? found with { Id = id, Time = time } : null;
    }
}
