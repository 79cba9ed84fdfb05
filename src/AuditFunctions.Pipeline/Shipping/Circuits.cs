using System.Collections.Concurrent;
using AuditFunctions.Pipeline.Fetching;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>
/// A circuit per destination, inside this process: after a failure nothing is sent to it for a growing time, then one delivery at a time tries
/// whether it is back. Thread safe.
/// </summary>
public sealed class Circuits(TimeProvider time, Random random)
{
    private readonly ConcurrentDictionary<string, Circuit> _circuits = new(StringComparer.Ordinal);

    /// <summary>Whether a delivery may be tried now; if not, when to come back.</summary>
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

            // Half open: this one is the probe, others wait for what becomes of it.
            circuit.OpenUntil = now + Backoff.OfDelivery(Math.Min(circuit.Failures, 7), random);
            return TimeSpan.Zero;
        }
    }

    /// <summary>The destination took a body.</summary>
    public void Close(string destination)
    {
        if (_circuits.TryGetValue(destination, out var circuit))
        {
            lock (circuit)
            {
                circuit.Failures = 0;
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
            circuit.Failures++;
            var wait = Backoff.OfDelivery(Math.Min(circuit.Failures, 7), random);
            wait = retryAfter > wait ? retryAfter.Value : wait;
            circuit.OpenUntil = time.GetUtcNow() + wait;
            return wait;
        }
    }

    private sealed class Circuit
    {
        public int Failures { get; set; }

        public DateTimeOffset OpenUntil { get; set; }
    }
}
