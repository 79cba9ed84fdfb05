using AuditFunctions.Destinations;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>The events of a page that are to be packed, in order.</summary>
internal interface IPageEvents
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>An event on its way into a body. <paramref name="scratch"/> holds an id that must be written out: 64 bytes.</summary>
    EventView View(int at, Span<byte> scratch);

    /// <summary>Why an event is kept as a dead letter instead; null when it is not.</summary>
    string? LetterReason(int at);
}
