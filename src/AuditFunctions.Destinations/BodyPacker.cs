using System.Text;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations;

/// <summary>A packed body: compressed bytes from the pool, and what they hold. The receiver disposes it.</summary>
public sealed class PackedBody(string batchId, PooledBytes gzip, int rawBytes, int events, DateTimeOffset? oldestAt, DateTimeOffset? newestAt) : IDisposable
{
    /// <summary>Its id: the same events in the same order give the same one.</summary>
    public string BatchId { get; } = batchId;

    /// <summary>The body, compressed; valid until this is disposed of.</summary>
    public ReadOnlyMemory<byte> Gzip => gzip.WrittenMemory;

    /// <summary>Length of the body before compression, in bytes.</summary>
    public int RawBytes { get; } = rawBytes;

    /// <summary>How many events it holds.</summary>
    public int Events { get; } = events;

    /// <summary>The time of its oldest event; null when none could be read.</summary>
    public DateTimeOffset? OldestAt { get; } = oldestAt;

    /// <summary>The time of its newest event; null when none could be read.</summary>
    public DateTimeOffset? NewestAt { get; } = newestAt;

    /// <inheritdoc/>
    public void Dispose() => gzip.Dispose();
}

/// <summary>
/// Frames events and packs them into bodies within a destination's limits. A body never spans pages and depends on nothing but the events,
/// so that a page that is fetched again gives the same bodies with the same batch ids.
/// </summary>
public sealed class BodyPacker(IBodyFormat format, BodyContext context, string destination) : IDisposable
{
    private readonly PooledBytes _raw = new();
    private readonly int _maxBytes = format.MaxBodyBytes - EndBytes(format, context);
    private readonly List<int> _idsAt = [];
    private int _events;
    private DateTimeOffset? _oldestAt;
    private DateTimeOffset? _newestAt;

    /// <summary>Adds an event.</summary>
    /// <param name="auditEvent">The event.</param>
    /// <param name="fits">Whether it was added; one that alone is larger than a body or an event may be is not.</param>
    /// <returns>The body that was full before it, if so.</returns>
    public PackedBody? Add(in EventView auditEvent, out bool fits)
    {
        if (auditEvent.Bytes.Length > format.MaxEventBytes)
        {
            fits = false;
            return Finish();
        }

        PackedBody? full = null;
        if (_events == 0)
        {
            format.WriteStart(_raw, context);
        }

        var before = _raw.Length;
        format.WriteEvent(_raw, context, auditEvent, first: _events == 0);
        if (_events > 0 && (_raw.Length > _maxBytes || _events >= format.MaxEvents))
        {
            // One too many: the body ends before it, and it starts the next one.
            _raw.Truncate(before);
            full = Finish();
            format.WriteStart(_raw, context);
            before = _raw.Length;
            format.WriteEvent(_raw, context, auditEvent, first: true);
        }

        fits = _raw.Length <= _maxBytes;
        if (!fits)
        {
            _raw.Clear();
            return full;
        }

        Count(before);
        if (auditEvent.Time is { } time)
        {
            _oldestAt = _oldestAt < time ? _oldestAt : time;
            _newestAt = _newestAt > time ? _newestAt : time;
        }

        return full;
    }

    /// <summary>A body of one event, however large.</summary>
    public static PackedBody Alone(IBodyFormat format, BodyContext context, string destination, in EventView auditEvent)
    {
        using var packer = new BodyPacker(format, context, destination);
        format.WriteStart(packer._raw, context);
        var before = packer._raw.Length;
        format.WriteEvent(packer._raw, context, auditEvent, first: true);
        packer.Count(before);
        packer._oldestAt = packer._newestAt = auditEvent.Time;
        return packer.Finish()!;
    }

    /// <summary>The event cut so that a body of it alone fits; null when not even the marker does.</summary>
    public byte[]? Cut(in EventView auditEvent)
    {
        var marker = CutEvent.Of(auditEvent, 0);
        using var alone = new PooledBytes();
        format.WriteStart(alone, context);
        format.WriteEvent(alone, context, new EventView { Bytes = marker, Id = auditEvent.Id, Time = auditEvent.Time }, first: true);
        var left = Math.Min(_maxBytes - alone.Length, format.MaxEventBytes - marker.Length);
        while (left >= 0)
        {
            // A framing that escapes the event or says its length needs more room for a longer start than the start itself.
            var cut = CutEvent.Of(auditEvent, left);
            alone.Clear();
            format.WriteStart(alone, context);
            format.WriteEvent(alone, context, new EventView { Bytes = cut, Id = auditEvent.Id, Time = auditEvent.Time }, first: true);
            if (alone.Length <= _maxBytes)
            {
                return cut;
            }

            left -= alone.Length - _maxBytes;
        }

        return null;
    }

    /// <summary>The last body, or null when no event is left.</summary>
    public PackedBody? Finish()
    {
        if (_events == 0)
        {
            return null;
        }

        format.WriteEnd(_raw, context);
        format.Complete(_raw);
        var batchId = BatchIds.Of(format.Kind, destination, context, _raw.WrittenSpan);
        if (_idsAt.Count > 0)
        {
            var id = Encoding.ASCII.GetBytes(batchId);
            _idsAt.ForEach(at => _raw.Overwrite(at, id));
        }

        var body = new PackedBody(batchId, BodyGzip.Compress(_raw.WrittenSpan), _raw.Length, _events, _oldestAt, _newestAt);
        _raw.Clear();
        _idsAt.Clear();
        _events = 0;
        _oldestAt = _newestAt = null;
        return body;
    }

    /// <inheritdoc/>
    public void Dispose() => _raw.Dispose();

    private void Count(int start)
    {
        if (format.BatchIdAt(first: _events == 0) is { } offset)
        {
            _idsAt.Add(start + offset);
        }

        _events++;
    }

    // What stands after the last event counts towards the limit as well.
    private static int EndBytes(IBodyFormat format, BodyContext context)
    {
        using var end = new PooledBytes();
        format.WriteEnd(end, context);
        return end.Length;
    }
}
