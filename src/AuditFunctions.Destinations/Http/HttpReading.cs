using System.Buffers.Text;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.Http;

/// <summary>Reads what <see cref="HttpFormat"/> writes. Arrays and lines hold nothing but events, so ids and times are not found there.</summary>
internal static class HttpReading
{
    /// <summary>Finds the events of <c>[event,event]</c>.</summary>
    public static bool ReadArray(ReadOnlySpan<byte> body, List<FramedEvent> events) =>
        ReadElements(body, JsonExtent.SkipSpace(body, 0), events) is >= 0 and var end && JsonExtent.SkipSpace(body, end) == body.Length;

    /// <summary>Finds the events, a line each.</summary>
    public static bool ReadLines(ReadOnlySpan<byte> body, List<FramedEvent> events)
    {
        for (var at = 0; at < body.Length;)
        {
            var length = body[at..].IndexOf((byte)'\n');
            if (length < 0)
            {
                return false;
            }

            events.Add(new FramedEvent { Start = at, End = at + length + 1, Event = at..(at + length) });
            at += length + 1;
        }

        return true;
    }

    /// <summary>Finds the events of an envelope, with ids and times.</summary>
    public static bool ReadEnvelope(ReadOnlySpan<byte> body, List<FramedEvent> events)
    {
        var start = JsonExtent.SkipSpace(body, 0);
        var members = new JsonMembers(body, start);
        while (start < body.Length && body[start] == '{' && members.Next())
        {
            if (!members.Name.SequenceEqual("events"u8))
            {
                continue;
            }

            if (ReadElements(body, members.ValueStart, events) != members.ValueEnd)
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

        return false;
    }

    // Returns where the array ends; -1 when it is none.
    private static int ReadElements(ReadOnlySpan<byte> body, int start, List<FramedEvent> events)
    {
        if (start >= body.Length || body[start] != '[')
        {
            return -1;
        }

        for (var at = JsonExtent.SkipSpace(body, start + 1); at < body.Length; at = JsonExtent.SkipSpace(body, at + 1))
        {
            if (body[at] == ']' && events.Count == 0)
            {
                return at + 1;
            }

            var end = JsonExtent.EndOf(body, at);
            if (end < 0)
            {
                return -1;
            }

            events.Add(new FramedEvent { Start = at, End = end, Event = at..end });
            at = JsonExtent.SkipSpace(body, end);
            if (at >= body.Length || body[at] is not ((byte)',' or (byte)']'))
            {
                return -1;
            }

            if (body[at] == ']')
            {
                return at + 1;
            }
        }

        return -1;
    }

    private static FramedEvent? Unwrap(ReadOnlySpan<byte> body, FramedEvent wrapped)
    {
        FramedEvent? framed = null;
        Range id = default;
        DateTimeOffset? time = null;
        var members = new JsonMembers(body, wrapped.Start);
        while (body[wrapped.Start] == '{' && members.Next())
        {
            var (from, to) = (members.ValueStart, members.ValueEnd);
            if (members.Name.SequenceEqual("event"u8))
            {
                framed = wrapped with { Event = from..to };
            }
            else if (body[from] == '"' && members.Name.SequenceEqual("id"u8))
            {
                id = (from + 1)..(to - 1);
            }
            else if (body[from] == '"' && members.Name.SequenceEqual("time"u8) && Utf8Parser.TryParse(body[(from + 1)..(to - 1)], out DateTime instant, out _, 'O'))
            {
                time = new DateTimeOffset(DateTime.SpecifyKind(instant, DateTimeKind.Utc));
            }
        }

        return framed is { } found ? found with { Id = id, Time = time } : null;
    }
}
