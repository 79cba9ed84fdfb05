using System.Globalization;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.Lines;

/// <summary>A body of <see cref="LinesFormat"/>, decompressed, for senders that make messages of its events.</summary>
internal sealed class LinesBody : IDisposable
{
    /// <summary>What is wrong with a body that is not framed like that.</summary>
    public const string Unreadable = "the body is not framed as " + LinesFormat.KindName;

    // What a message counts may be more than its body holds.
    private const int UsualEvents = 10_000;

    private static readonly JsonPlace SourceIn = new("source");
    private static readonly JsonPlace PartitionIn = new("partition");
    private static readonly JsonPlace TemplateIn = new("template");
    private static readonly JsonPlace VendorIn = new("vendor");
    private static readonly JsonPlace FetchedIn = new("fetched");
    private readonly PooledBytes _raw;

    private LinesBody(PooledBytes raw, List<FramedEvent> events)
    {
        _raw = raw;
        Events = events;
        Source = Text(SourceIn) ?? "";
        Partition = Text(PartitionIn) ?? "";
        Template = Text(TemplateIn);
        Vendor = Text(VendorIn);
        Fetched = Text(FetchedIn);
        FetchedAt = DateTimeOffset.TryParseExact(Fetched, "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
        (string Name, string? Value)[] origin = [("template", Template), ("vendor", Vendor), ("fetched", Fetched)];
        Origin = [.. origin.Where(member => member.Value is not null).Select(member => (member.Name, member.Value!))];
    }

    /// <summary>Where the events come from.</summary>
    public string Source { get; }

    /// <summary>The source's partition.</summary>
    public string Partition { get; }

    /// <summary>The source's template; null when it has none, and in bodies of older versions.</summary>
    public string? Template { get; }

    /// <summary>The vendor; null as with the template.</summary>
    public string? Vendor { get; }

    /// <summary>When the events were fetched, as the lines write it; null in bodies of older versions.</summary>
    public string? Fetched { get; }

    /// <summary>The same as an instant.</summary>
    public DateTimeOffset? FetchedAt { get; }

    /// <summary>What is known of the three, under the names that they have beside an event.</summary>
    public IReadOnlyList<(string Name, string Value)> Origin { get; }

    /// <summary>Where the events stand in <see cref="Bytes"/>.</summary>
    public IReadOnlyList<FramedEvent> Events { get; }

    /// <summary>The lines.</summary>
    public ReadOnlySpan<byte> Bytes => _raw.WrittenSpan;

    /// <summary>Reads a body; null when it is not one.</summary>
    public static LinesBody? Read(SendBody body)
    {
        var raw = new PooledBytes(body.RawBytes);
        var events = new List<FramedEvent>(Math.Min(body.Events, UsualEvents));
        if (BodyGzip.TryInflate(body.Gzip, raw) && LinesFormat.Framings[LinesFormat.KindName].Read(raw.WrittenSpan, events) && events.Count > 0)
        {
            return new LinesBody(raw, events);
        }

        raw.Dispose();
        return null;
    }

    /// <summary>The line of an event, without its end.</summary>
    public ReadOnlySpan<byte> Line(int number) => Bytes[Events[number].Start..(Events[number].End - 1)];

    /// <summary>An event as the vendor sent it, but for line breaks between its tokens.</summary>
    public ReadOnlySpan<byte> Event(int number) => Bytes[Events[number].Event];

    /// <summary>An event's id.</summary>
    public string Id(int number) => JsonText.Unescape(Bytes[Events[number].Id]);

    /// <inheritdoc/>
    public void Dispose() => _raw.Dispose();

    // All events of a body come from one place.
    private string? Text(JsonPlace place) => place.Find(Bytes, 0) is var (from, to) ? JsonText.Unescape(Bytes[(from + 1)..(to - 1)]) : null;
}
