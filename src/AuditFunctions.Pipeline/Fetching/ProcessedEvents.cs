using System.Text;
using AuditFunctions.Destinations;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors;
using AuditFunctions.Sources.Processors.Repeats;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// What a source's processors made of a page's fresh events. Ids and times stay those of the events as they came, and so does what is remembered of
/// them: another list of processors neither delivers an event again nor loses one.
/// </summary>
internal sealed class ProcessedEvents(IFreshEvents fresh, ProcessorErrorPolicy onError) : IPageEvents, IProcessedEvents, IDisposable
{
    private const int LongestKey = 64;

    private readonly PooledBytes _bytes = new();
    private readonly List<Entry> _entries = [];
    private int _source;

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <summary>How many events, or parts of them, were left out.</summary>
    public int DroppedCount { get; private set; }

    /// <summary>What each processor did.</summary>
    public IReadOnlyList<ProcessorCount> Counts { get; private set; } = [];

    /// <summary>The first failure; null when there was none.</summary>
    public string? FirstFailure { get; private set; }

    /// <summary>What they say that no earlier page said: to be remembered once they are sent.</summary>
    public IReadOnlyCollection<Repeat> Repeats { get; set; } = [];

    /// <summary>Applies a run to every event.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Ends it; it is looked at before each event, since a script may take long over one.</param>
    public void Apply(ProcessorRun run, CancellationToken cancellationToken)
    {
        Span<byte> scratch = stackalloc byte[LongestKey];
        for (_source = 0; _source < fresh.Count; _source++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var view = fresh.View(_source, scratch);
            run.Apply(view.Bytes, view.Id, fresh.KeyOf(_source), view.Time, this);
        }

        (Counts, FirstFailure) = (run.Counts, run.FirstFailure);
    }

    /// <inheritdoc/>
    public EventView View(int at, Span<byte> scratch)
    {
        var entry = _entries[at];
        var original = fresh.View(entry.Source, scratch);
        return new EventView
        {
            Bytes = entry.Json.Length > 0 ? _bytes.WrittenSpan.Slice(entry.Json.Start, entry.Json.Length) : original.Bytes,
            Id = entry.Id.Length > 0 ? _bytes.WrittenSpan.Slice(entry.Id.Start, entry.Id.Length) : original.Id,
            Time = original.Time,
        };
    }

    /// <inheritdoc/>
    public string? LetterReason(int at) => onError == ProcessorErrorPolicy.DeadLetter ? _entries[at].Failure : null;

    /// <inheritdoc/>
    public void Take(in ProcessedEvent processed)
    {
        var json = processed.IsChanged ? Kept(processed.Json) : default;
        var id = default(EventSlice);
        if (processed.IsIdHidden || processed.Suffix.Length > 0)
        {
            Span<byte> scratch = stackalloc byte[LongestKey];
            var start = _bytes.Length;
            _bytes.Write(processed.IsIdHidden ? scratch[..HiddenId(scratch)] : fresh.View(_source, scratch).Id);
            Kept(Encoding.ASCII.GetBytes(processed.Suffix));
            id = new EventSlice(start, _bytes.Length - start);
        }

        _entries.Add(new Entry(_source, json, id, processed.Failure));
    }

    /// <inheritdoc/>
    public void Dropped(string processor) => DroppedCount++;

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();

    // Of a key that is an id itself, a UUID, nothing must show either.
    private int HiddenId(Span<byte> into) => Encoding.ASCII.GetBytes(EventKey.FromVersion(fresh.KeyOf(_source), []).ToString(), into);

    private EventSlice Kept(ReadOnlySpan<byte> bytes)
    {
        var start = _bytes.Length;
        _bytes.Write(bytes);
        return new EventSlice(start, bytes.Length);
    }

    private readonly record struct Entry(int Source, EventSlice Json, EventSlice Id, string? Failure);
}
