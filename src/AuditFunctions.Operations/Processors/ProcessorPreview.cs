using System.Text;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.Lookups;
using AuditFunctions.Sources.Processors;
using AuditFunctions.Sources.Processors.Files;
using AuditFunctions.Sources.Processors.Subjects;

namespace AuditFunctions.Operations.Processors;

/// <summary>An event that processors are tried on.</summary>
/// <param name="Line">Its place, from 1.</param>
/// <param name="Json">Its JSON.</param>
/// <param name="Id">Its id as it stands in the event; empty when it has none there.</param>
/// <param name="Time">Its time, if it could be read.</param>
internal sealed record PreviewEvent(int Line, string Json, string Id, DateTimeOffset? Time);

/// <summary>What processors made of an event.</summary>
/// <param name="Line">Its place, from 1.</param>
/// <param name="Before">The event as it came.</param>
/// <param name="After">The events that go on in its place.</param>
/// <param name="DroppedBy">The processors that left it, or parts of it, out.</param>
/// <param name="Failures">Why processors failed on it.</param>
public sealed record PreviewedEvent(int Line, string Before, IReadOnlyList<string> After, IReadOnlyList<string> DroppedBy, IReadOnlyList<string> Failures)
{
    /// <summary>What is kept of it as dead letters.</summary>
    public IReadOnlyList<string> DeadLetters { get; init; } = [];
}

/// <summary>What processors made of some events.</summary>
/// <param name="Events">Each event.</param>
/// <param name="Counts">What each processor did.</param>
/// <param name="BytesBefore">Bytes of the events as they came.</param>
/// <param name="BytesAfter">Bytes of the events that go on.</param>
/// <param name="HasStandInKeys">Whether pseudonyms were made with keys that stand in for the real ones.</param>
public sealed record PreviewedEvents(IReadOnlyList<PreviewedEvent> Events, IReadOnlyList<ProcessorCount> Counts, long BytesBefore, long BytesAfter, bool HasStandInKeys)
{
    /// <summary>How many events go on.</summary>
    public int Left => Events.Sum(one => one.After.Count);
}

/// <summary>Tries processors on events, without secrets, storage or network.</summary>
internal sealed class ProcessorPreview : IProcessedEvents
{
    private readonly bool _keepsFailed;
    private readonly List<string> _after = [];
    private readonly List<string> _letters = [];
    private readonly List<string> _droppedBy = [];
    private readonly List<string> _failures = [];
    private long _bytesAfter;

    private ProcessorPreview(bool keepsFailed) => _keepsFailed = keepsFailed;

    /// <summary>Tries them on events as if they were one page. Pseudonyms are made with keys that stand in for the real ones.</summary>
    /// <param name="list">The processors.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="events">The events.</param>
    /// <param name="lookups">The lookup files.</param>
    /// <param name="time">Measures how long a script takes.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<PreviewedEvents> OfAsync(
        ProcessorList list, string partition, IEnumerable<PreviewEvent> events, LookupCache lookups, TimeProvider time, CancellationToken cancellationToken)
    {
        var files = new Dictionary<LookupFile, LoadedLookup>();
        foreach (var file in list.Files)
        {
            files[file] = await lookups.GetAsync(file, null, cancellationToken);
        }

        var preview = new ProcessorPreview(list.OnError == ProcessorErrorPolicy.DeadLetter);
        var previewed = new List<PreviewedEvent>();
        var bytes = 0L;
        var means = new ProcessorMeans(list.Secrets.ToDictionary(name => name, name => Encoding.UTF8.GetBytes($"stands in for {name}")), files)
        {
            Clock = time,
            Subjects = new PageSubjects(subject => new SubjectKey(Encoding.UTF8.GetBytes($"stands in for {subject.Hash}"))),
        };
        using var run = list.Start(partition, means);
        foreach (var one in events)
        {
            var json = Encoding.UTF8.GetBytes(one.Json);
            var id = Encoding.UTF8.GetBytes(one.Id);
            bytes += json.Length;
            run.Apply(json, id, id.Length > 0 ? EventKey.FromId(id) : EventKey.FromContent(json, 0), one.Time, preview);
            previewed.Add(preview.Take(one));
        }

        return new PreviewedEvents(previewed, run.Counts, bytes, preview._bytesAfter, list.Secrets.Count > 0);
    }

    /// <inheritdoc/>
    public void Take(in ProcessedEvent processed)
    {
        if (_keepsFailed && processed.Failure is not null)
        {
            _letters.Add(Encoding.UTF8.GetString(processed.Json));
        }
        else
        {
            _after.Add(Encoding.UTF8.GetString(processed.Json));
            _bytesAfter += processed.Json.Length;
        }

        if (processed.Failure is { } failure && !_failures.Contains(failure))
        {
            _failures.Add(failure);
        }
    }

    /// <inheritdoc/>
    public void Dropped(string processor) => _droppedBy.Add(processor);

    private PreviewedEvent Take(PreviewEvent one)
    {
        var taken = new PreviewedEvent(one.Line, one.Json, [.. _after], [.. _droppedBy], [.. _failures]) { DeadLetters = [.. _letters] };
        _after.Clear();
        _letters.Clear();
        _droppedBy.Clear();
        _failures.Clear();
        return taken;
    }
}
