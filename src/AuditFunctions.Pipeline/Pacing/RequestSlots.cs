using System.Collections.Concurrent;

namespace AuditFunctions.Pipeline.Pacing;

/// <summary>
/// When the next request of a source may be made: evenly spaced over all that fetch its partitions in this process, and by none of them while the vendor
/// asked one of them to wait. Thread safe.
/// </summary>
internal sealed class RequestSlots(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Source> _sources = new(StringComparer.Ordinal);

    /// <summary>Takes the next slot.</summary>
    /// <param name="source">The source.</param>
    /// <param name="every">The pause between two requests.</param>
    /// <param name="longest">Longest that its owner would wait for it.</param>
    /// <returns>How long to wait for it; when that is longer than <paramref name="longest"/> the slot is not taken.</returns>
    public TimeSpan Take(string source, TimeSpan every, TimeSpan longest)
    {
        var slots = _sources.GetOrAdd(source, _ => new Source());
        lock (slots)
        {
            var now = time.GetUtcNow();

            // A clock that was set back must not hold the source until it has caught up.
            var next = slots.NextAt > now && now >= slots.NotedAt ? slots.NextAt : now;
            if (next - now <= longest)
            {
                (slots.NextAt, slots.NotedAt) = (next + every, now);
            }

            return next - now;
        }
    }

    /// <summary>The vendor asked one of a source's partitions to wait: all of them wait.</summary>
    public void Hold(string source, TimeSpan wait)
    {
        var slots = _sources.GetOrAdd(source, _ => new Source());
        lock (slots)
        {
            var now = time.GetUtcNow();
            (slots.NextAt, slots.NotedAt) = (now + wait > slots.NextAt ? now + wait : slots.NextAt, now);
        }
    }

    private sealed class Source
    {
        public DateTimeOffset NextAt { get; set; }

        public DateTimeOffset NotedAt { get; set; }
    }
}
