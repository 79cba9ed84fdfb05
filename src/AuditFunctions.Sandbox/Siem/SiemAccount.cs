using System.Runtime.InteropServices;

namespace AuditFunctions.Sandbox;

/// <summary>Counts what arrived, per event.</summary>
internal sealed class SiemAccount(bool keepEvents)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Arrival> _arrivals = [];
    private readonly Dictionary<Guid, string> _names = [];
    private readonly List<byte[]> _raw = [];
    private readonly List<SiemBatch> _batches = [];
    private long _duplicates;

    /// <summary>Different events.</summary>
    public int Received
    {
        get
        {
            lock (_gate)
            {
                return _arrivals.Count;
            }
        }
    }

    /// <summary>Arrivals beyond the first of their event.</summary>
    public long Duplicates => Interlocked.Read(ref _duplicates);

    /// <summary>Ids of all events.</summary>
    public IReadOnlyList<string> Ids
    {
        get
        {
            lock (_gate)
            {
                return [.. _arrivals.Keys.Select(NameOf)];
            }
        }
    }

    /// <summary>Exact bytes of the events in order of arrival.</summary>
    public IReadOnlyList<byte[]> RawEvents
    {
        get
        {
            lock (_gate)
            {
                return [.. _raw];
            }
        }
    }

    /// <summary>Batches in order of arrival.</summary>
    public IReadOnlyList<SiemBatch> Batches
    {
        get
        {
            lock (_gate)
            {
                return [.. _batches];
            }
        }
    }

    /// <summary>How often an event arrived.</summary>
    public int CountOf(string id)
    {
        lock (_gate)
        {
            return _arrivals.GetValueOrDefault(EventKey.Of(id)).Count;
        }
    }

    /// <summary>The time of an event's latest arrival, in microseconds since 1970.</summary>
    public long? TimeMicrosOf(string id)
    {
        lock (_gate)
        {
            return _arrivals.GetValueOrDefault(EventKey.Of(id)).TimeMicros;
        }
    }

    /// <summary>Stores the events of a request.</summary>
    public void Add(int request, string path, List<ParsedEvent> events, ReadOnlySpan<byte> body)
    {
        if (events.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            foreach (var found in events)
            {
                ref var arrival = ref CollectionsMarshal.GetValueRefOrAddDefault(_arrivals, found.Key, out var exists);
                arrival = new Arrival(arrival.Count + 1, found.TimeMicros);
                if (found.Name is not null)
                {
                    _names[found.Key] = found.Name;
                }

                _duplicates += exists ? 1 : 0;
                if (keepEvents)
                {
                    _raw.Add(body.Slice(found.Start, found.Length).ToArray());
                }
            }

            _batches.Add(new SiemBatch(request, path, events.Count, body.Length, NameOf(events[0].Key)));
        }
    }

    private string NameOf(Guid key) => _names.TryGetValue(key, out var name) ? name : key.ToString();

    private readonly record struct Arrival(int Count, long? TimeMicros);
}

/// <summary>Events that a <see cref="SandboxSiem"/> stored from one request.</summary>
/// <param name="Request">The request's number, from 1.</param>
/// <param name="Path">Where it was sent.</param>
/// <param name="Events">How many events were stored.</param>
/// <param name="Bytes">Size of the body after decompression.</param>
/// <param name="FirstId">Id of the first event.</param>
public sealed record SiemBatch(int Request, string Path, int Events, int Bytes, string FirstId);

/// <summary>A request that a <see cref="SandboxSiem"/> met, by its headers.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Headers">All headers; several of one name are joined by a comma.</param>
/// <param name="Body">The body as it came over the wire, when bodies are kept; else empty.</param>
public sealed record SiemCall(int Number, string Path, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body);
