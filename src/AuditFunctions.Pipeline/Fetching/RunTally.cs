using AuditFunctions.Pipeline.Storage.Checkpoints;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>What a run has done so far.</summary>
internal sealed class RunTally
{
    /// <summary>Pages fetched.</summary>
    public int Pages { get; private set; }

    /// <summary>Those of them that are pages of a lookback tier.</summary>
    public int SlicePages { get; private set; }

    /// <summary>Events sent on.</summary>
    public long Events { get; private set; }

    /// <summary>Events that processors left out.</summary>
    public long Dropped { get; private set; }

    /// <summary>Events that processors left out, by the processor, those of routes too.</summary>
    public DroppedEvents DroppedBy { get; private set; } = DroppedEvents.None;

    /// <summary>New events that processors were given.</summary>
    public long Processed { get; private set; }

    /// <summary>Batches sent on.</summary>
    public int Batches { get; private set; }

    /// <summary>Whether the ids of recent events were needed: a page held events, known or not.</summary>
    public bool NeededIds { get; set; }

    /// <summary>What makes it doubtful that all events are read; null when nothing does.</summary>
    public string? Doubt { get; set; }

    /// <summary>The doubt that stays: events where the template reads them end it.</summary>
    public string? DoubtAfter(string? before) => Doubt is not null ? before ?? Doubt : NeededIds ? null : before;

    /// <summary>Why the poll failed; null while it did not.</summary>
    public string? Problem { get; set; }

    /// <summary>Counts a page.</summary>
    public void PageCame(bool isOfSlice)
    {
        Pages++;
        SlicePages += isOfSlice ? 1 : 0;
    }

    /// <summary>Counts what processors left out.</summary>
    public void LeftOut(int events, int of)
    {
        Dropped += events;
        Processed += of;
    }

    /// <summary>Counts what processors left out, by the processor.</summary>
    public void LeftOut(IEnumerable<KeyValuePair<string, long>> events) => DroppedBy = DroppedBy.And(events);

    /// <summary>Counts what was sent on.</summary>
    public void Sent(int events, int batches)
    {
        Events += events;
        Batches += batches;
    }
}
