using System.Buffers.Text;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations;

/// <summary>How frames follow each other in a body.</summary>
internal enum FrameOrder
{
    /// <summary>JSON objects one after another, with white space between them at most.</summary>
    Objects,

    /// <summary>So many lines each.</summary>
    Lines,

    /// <summary>Elements of a JSON array.</summary>
    Elements,
}

/// <summary>How an event stands in its frame.</summary>
internal enum EventEncoding
{
    /// <summary>As it is.</summary>
    Plain,

    /// <summary>As the text of a JSON string.</summary>
    Text,

    /// <summary>As base64 in a JSON string.</summary>
    Base64,
}

/// <summary>How an event's time stands in its frame.</summary>
internal enum FrameTime
{
    /// <summary>As a JSON string in the round-trip form <c>2026-01-02T03:04:05.1234567Z</c>.</summary>
    Instant,

    /// <summary>As a number of seconds since 1970, with a fraction.</summary>
    Seconds,

    /// <summary>As a whole number of milliseconds since 1970.</summary>
    Milliseconds,

    /// <summary>As a whole number of nanoseconds since 1970, in a JSON string.</summary>
    Nanoseconds,
}

/// <summary>Where events stand in a body of JSON, said as data: a new kind of destination needs no parser of its own. Immutable.</summary>
internal sealed class JsonFrames : FrameLayout
{
    /// <summary>How frames follow each other.</summary>
    public required FrameOrder Order { get; init; }

    /// <summary>Path to the array, with <see cref="FrameOrder.Elements"/>; null when the body itself is the array.</summary>
    public JsonPlace? Array { get; init; }

    /// <summary>Lines of each frame, with <see cref="FrameOrder.Lines"/>.</summary>
    public int LinesPerEvent { get; init; } = 1;

    /// <summary>Path to the event in its frame, below the last line; null when the frame is the event.</summary>
    public JsonPlace? Event { get; init; }

    /// <summary>How the event stands there.</summary>
    public EventEncoding Encoding { get; init; }

    /// <summary>Path to the id, below the last line; null when the frame holds none.</summary>
    public JsonPlace? Id { get; init; }

    /// <summary>Path to the time, below the last line; null when the frame holds none.</summary>
    public JsonPlace? Time { get; init; }

    /// <summary>How the time stands there.</summary>
    public FrameTime TimeForm { get; init; }

    /// <summary>What stands before an event that is not an object, which is then followed by a closing brace; null when nothing does.</summary>
    public byte[]? Wrap { get; init; }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Separator => Order == FrameOrder.Elements ? ","u8 : [];

    /// <inheritdoc/>
    public override bool Read(ReadOnlySpan<byte> body, List<FramedEvent> events) => Order switch
    {
        FrameOrder.Objects => ReadObjects(body, events),
        FrameOrder.Lines => ReadLines(body, events),
        _ => ReadElements(body, events),
    };

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> framed) => Encoding switch
    {
        EventEncoding.Text => System.Text.Encoding.UTF8.GetBytes(JsonText.Unescape(framed)),
        EventEncoding.Base64 => Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(framed)),
        _ => framed,
    };

    private bool ReadObjects(ReadOnlySpan<byte> body, List<FramedEvent> events)
    {
        for (var at = 0; at < body.Length;)
        {
            if (body[at] != '{' || JsonExtent.EndOf(body, at) is not (>= 0 and var end))
            {
                return false;
            }

            var next = JsonExtent.SkipSpace(body, end);
            if (!Add(body, at, next, at, end, events))
            {
                return false;
            }

            at = next;
        }

        return true;
    }

    private bool ReadLines(ReadOnlySpan<byte> body, List<FramedEvent> events)
    {
        for (var at = 0; at < body.Length;)
        {
            var (start, last, end) = (at, at, at);
            for (var line = 0; line < LinesPerEvent; line++)
            {
                var length = body[at..].IndexOf((byte)'\n');
                if (length < 0)
                {
                    return false;
                }

                (last, end) = (at, at + length);
                at = end + 1;
            }

            if (!Add(body, start, at, last, end, events))
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadElements(ReadOnlySpan<byte> body, List<FramedEvent> events)
    {
        var start = JsonExtent.SkipSpace(body, 0);
        if (Array is not null)
        {
            if (start >= body.Length || body[start] is not ((byte)'{' or (byte)'[') || Array.Find(body, start) is not { } found)
            {
                return false;
            }

            start = found.From;
        }

        var end = ReadElements(body, start, events);
        return end >= 0 && (Array is not null || JsonExtent.SkipSpace(body, end) == body.Length);
    }

    // Returns where the array ends; -1 when it is not one, or an element is not a frame.
    private int ReadElements(ReadOnlySpan<byte> body, int start, List<FramedEvent> events)
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
            if (end < 0 || !Add(body, at, end, at, end, events))
            {
                return -1;
            }

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

    private bool Add(ReadOnlySpan<byte> body, int start, int end, int last, int lastEnd, List<FramedEvent> events)
    {
        var place = Event is null ? (From: last, To: lastEnd) : Event.Find(body, last) ?? (-1, -1);
        if (place.From < 0)
        {
            return false;
        }

        if (Encoding != EventEncoding.Plain)
        {
            if (body[place.From] != '"')
            {
                return false;
            }

            place = (place.From + 1, place.To - 1);
        }
        else if (Wrap is not null && body[place.From..place.To].StartsWith(Wrap))
        {
            place = (place.From + Wrap.Length, place.To - 1);
        }

        events.Add(new FramedEvent { Start = start, End = end, Event = place.From..place.To, Id = IdIn(body, last), Time = TimeIn(body, last) });
        return true;
    }

    private Range IdIn(ReadOnlySpan<byte> body, int start) =>
        Id?.Find(body, start) is { } found && body[found.From] == '"' ? (found.From + 1)..(found.To - 1) : default;

    private DateTimeOffset? TimeIn(ReadOnlySpan<byte> body, int start)
    {
        if (Time?.Find(body, start) is not { } found)
        {
            return null;
        }

        var text = body[found.From..found.To];
        text = text is [(byte)'"', .., (byte)'"'] ? text[1..^1] : text;
        return TimeForm switch
        {
            FrameTime.Instant => InstantOf(text),
            FrameTime.Seconds => OfTicks(text, TimeSpan.TicksPerSecond),
            FrameTime.Milliseconds => OfTicks(text, TimeSpan.TicksPerMillisecond),
            _ => OfTicks(text, 0.01m),
        };
    }

    // The largest instant in seconds and seven fraction digits is within a decimal's 28 digits.
    private static DateTimeOffset? OfTicks(ReadOnlySpan<byte> text, decimal unit) =>
        Utf8Parser.TryParse(text, out decimal value, out var length) && length == text.Length
        && Math.Abs(value) < 1e21m && DateTimeOffset.UnixEpoch.Ticks + (value * unit) is >= 0 and var ticks && ticks <= DateTimeOffset.MaxValue.Ticks
            ? new DateTimeOffset((long)ticks, TimeSpan.Zero)
            : null;
}
