using System.Collections.Concurrent;
using AuditFunctions.Pipeline.State;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>
/// A circuit per destination, inside this process: after a failure nothing is sent to it for a growing time, then one delivery at a time tries
/// whether it is back. Thread safe.
/// </summary>
public sealed class Circuits(TimeProvider time, Random random)
{
    // Longer than any delivery may take; a probe that vanished without a word does not keep a circuit open for ever.
    private static readonly TimeSpan LongestProbe = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, Circuit> _circuits = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _refusals = new(StringComparer.Ordinal);

    /// <summary>The destinations that take nothing until somebody changes something, and why.</summary>
    public IReadOnlyDictionary<string, string> Refusals => _refusals;

    /// <summary>Notes that a destination takes nothing until somebody changes something.</summary>
    public void Refuse(string destination, string reason) => _refusals[destination] = reason;

    /// <summary>Whether a delivery may be tried now; if not, when to come back. Whoever may calls <see cref="Close"/>, <see cref="Open"/> or <see cref="Leave"/> afterwards.</summary>
    /// <returns>Zero when it may.</returns>
    public TimeSpan WaitFor(string destination)
    {
        var circuit = _circuits.GetOrAdd(destination, _ => new Circuit());
        lock (circuit)
        {
            var now = time.GetUtcNow();
            if (circuit.Failures == 0)
            {
                return TimeSpan.Zero;
            }

            if (circuit.OpenUntil > now)
            {
                return circuit.OpenUntil - now;
            }

            if (circuit.ProbeUntil > now)
            {
                return Backoff.OfDelivery(Math.Min(circuit.Failures, 7), random);
            }

            // Half open: this one is the probe, others wait for what becomes of it.
            circuit.ProbeUntil = now + LongestProbe;
            return TimeSpan.Zero;
        }
    }

    /// <summary>The destination took a body.</summary>
    public void Close(string destination)
    {
        _refusals.TryRemove(destination, out _);
        if (_circuits.TryGetValue(destination, out var circuit))
        {
            lock (circuit)
            {
                circuit.Failures = 0;
                circuit.ProbeUntil = default;
            }
        }
    }

    /// <summary>The destination did not.</summary>
    /// <returns>How long nothing is sent to it.</returns>
    public TimeSpan Open(string destination, TimeSpan? retryAfter)
    {
        var circuit = _circuits.GetOrAdd(destination, _ => new Circuit());
        lock (circuit)
        {
            var now = time.GetUtcNow();

            // What was under way together and failed together counts once.
            circuit.Failures += circuit.OpenUntil > now ? 0 : 1;
            circuit.ProbeUntil = default;
            var wait = Backoff.OfDelivery(Math.Min(circuit.Failures, 7), random);
            wait = retryAfter > wait ? retryAfter.Value : wait;
            var until = now + wait;
            circuit.OpenUntil = circuit.OpenUntil > until ? circuit.OpenUntil : until;
            return circuit.OpenUntil - now;
        }
    }

    /// <summary>The destination was not asked after all: another may try.</summary>
    public void Leave(string destination)
    {
        if (_circuits.TryGetValue(destination, out var circuit))
        {
            lock (circuit)
            {
                circuit.ProbeUntil = default;
            }
        }
    }

    private sealed class Circuit
    {
        public int Failures { get; set; }

        public DateTimeOffset OpenUntil { get; set; }

        public DateTimeOffset ProbeUntil { get; set; }
    }
}
