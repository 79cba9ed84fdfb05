using AuditFunctions.Sources.Processors;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>The fresh events of a page as each destination gets them.</summary>
/// <param name="fresh">The events as they came.</param>
/// <param name="list">The source's processors; null when it has none.</param>
/// <param name="common">What they made of the events.</param>
internal sealed class RoutedEvents(IFreshEvents fresh, ProcessorList? list, ProcessedEvents? common) : IDisposable
{
    private readonly Dictionary<string, (ProcessorList List, ProcessedEvents Events)> _own = new(StringComparer.Ordinal);

    /// <summary>Every list that was applied, with what it made of the events.</summary>
    public IEnumerable<(ProcessorList List, ProcessedEvents Events)> Lists => list is not null && common is not null ? _own.Values.Prepend((list, common)) : _own.Values;

    /// <summary>How many events there are for a destination without a list of its own.</summary>
    public int Count => common?.Count ?? fresh.Count;

    /// <summary>How many events the source's processors were given, and how many of them, or parts, they left out.</summary>
    public (int Given, int LeftOut) Processed => common is null ? default : (fresh.Count, common.DroppedCount);

    /// <summary>Takes what a destination's own list made of the events.</summary>
    public void Add(string destination, ProcessorList route, ProcessedEvents own) => _own.Add(destination, (route, own));

    /// <summary>The events for a destination.</summary>
    public IPageEvents For(string destination) => _own.TryGetValue(destination, out var own) ? own.Events : (IPageEvents?)common ?? fresh;

    /// <inheritdoc/>
    public void Dispose()
    {
        common?.Dispose();
        foreach (var own in _own.Values)
        {
            own.Events.Dispose();
        }
    }
}
