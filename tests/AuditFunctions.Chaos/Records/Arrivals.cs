using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Chaos.Records;

/// <summary>Every body that a SIEM stored, and which events were in it. Thread safe.</summary>
internal sealed class Arrivals(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Destination, string Id), List<Arrival>> _events = [];
    private readonly Dictionary<string, int> _different = new(StringComparer.Ordinal);
    private readonly HashSet<(string Destination, Guid Body)> _refused = [];
    private readonly Dictionary<(string Destination, string Id), List<Guid>> _refusedById = [];

    /// <summary>The name of a body: a hash of its bytes before compression.</summary>
    public static Guid NameOf(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return new Guid(hash[..16]);
    }

    /// <summary>Notes a body.</summary>
    public void Add(string destination, SiemArrival stored)
    {
        // Stored, and then the answer was cut off or came too late: whoever sent it cannot know that it arrived.
        var answerLost = stored.Fault is Fault.AnswerLost or Fault.ResetMidBody or Fault.SlowBody;
        var arrival = new Arrival(NameOf(stored.Body.Span), answerLost, time.GetUtcNow());
        lock (_gate)
        {
            foreach (var id in stored.Ids)
            {
                ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(_events, (destination, id), out var exists);
                list ??= new List<Arrival>(1);
                list.Add(arrival);
                CollectionsMarshal.GetValueRefOrAddDefault(_different, destination, out _) += exists ? 0 : 1;
            }
        }
    }

    /// <summary>Notes a body that was refused because of one of its events.</summary>
    public void AddRefused(string destination, SiemArrival refused)
    {
        lock (_gate)
        {
            var body = NameOf(refused.Body.Span);
            if (!_refused.Add((destination, body)))
            {
                return;
            }

            foreach (var id in refused.Ids)
            {
                ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(_refusedById, (destination, id), out _);
                (list ??= []).Add(body);
            }
        }
    }

    /// <summary>The bodies with an event that a destination refused.</summary>
    public IReadOnlyList<Guid> RefusedWith(string destination, string id)
    {
        lock (_gate)
        {
            return _refusedById.TryGetValue((destination, id), out var found) ? [.. found] : [];
        }
    }

    /// <summary>How many different events a destination has.</summary>
    public int CountOf(string destination)
    {
        lock (_gate)
        {
            return _different.GetValueOrDefault(destination);
        }
    }

    /// <summary>Whether a destination has an event.</summary>
    public bool Has(string destination, string id)
    {
        lock (_gate)
        {
            return _events.ContainsKey((destination, id));
        }
    }

    /// <summary>The events that a destination has more than once.</summary>
    public IReadOnlyList<(string Destination, string Id, IReadOnlyList<Arrival> Times)> Repeated()
    {
        lock (_gate)
        {
            return [.. _events.Where(found => found.Value.Count > 1).Select(found => (found.Key.Destination, found.Key.Id, (IReadOnlyList<Arrival>)[.. found.Value]))];
        }
    }

    /// <summary>All different events of all destinations, together.</summary>
    public int Different
    {
        get
        {
            lock (_gate)
            {
                return _events.Count;
            }
        }
    }

    /// <summary>The same, and how often any arrived.</summary>
    public (int Different, int All) Total()
    {
        lock (_gate)
        {
            return (_events.Count, _events.Values.Sum(list => list.Count));
        }
    }
}

/// <summary>One arrival of an event.</summary>
/// <param name="Body">The body in which it came; see <see cref="Arrivals.NameOf"/>.</param>
/// <param name="AnswerLost">Whether the SIEM's answer was lost on purpose.</param>
/// <param name="At">When it came.</param>
internal sealed record Arrival(Guid Body, bool AnswerLost, DateTimeOffset At);
