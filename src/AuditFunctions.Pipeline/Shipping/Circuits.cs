using System.Collections.Concurrent;
using AuditFunctions.Pipeline.Storage;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Destinations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>Whether a delivery may be tried.</summary>
/// <param name="Wait">How long not, at least; zero when it may.</param>
/// <param name="Deferral">How long the batch had better sleep meanwhile.</param>
/// <param name="Probe">The name of the delivery, when it is the one that tries whether the destination is back.</param>
public readonly record struct CircuitPass(TimeSpan Wait, TimeSpan Deferral, string? Probe);

/// <summary>
/// A circuit per destination, shared by all instances: after a failure nothing is sent to it for a growing time, then one delivery of one
/// instance tries whether it is back. A process asks storage only while it has a reason: a failure of its own that no success has followed. When
/// storage fails each process goes by what it knows itself. Thread safe.
/// </summary>
public sealed class Circuits(DestinationRecords records, IOptions<ShippingOptions> options, TimeProvider time, Random random, ILogger<Circuits> log)
{
    /// <summary>How old may be what a process knows of an open circuit.</summary>
    public static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Circuit> _circuits = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _acceptedAt = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _refusals = new(StringComparer.Ordinal);

    /// <summary>The destinations that take nothing until somebody changes something, and why, as far as this process knows.</summary>
    public IReadOnlyDictionary<string, string> Refusals => _refusals;

    /// <summary>Notes that a destination takes nothing until somebody changes something.</summary>
    public void Refuse(string destination, string reason) => _refusals[destination] = reason;

    /// <summary>Asks whether a delivery may be tried now. Whoever may calls <see cref="Close"/> or <see cref="OpenAsync"/>, and <see cref="LeaveAsync"/> in any case.</summary>
    public ValueTask<CircuitPass> EnterAsync(string destination, CancellationToken cancellationToken)
    {
        var circuit = _circuits.GetOrAdd(destination, static _ => new Circuit());
        return circuit.Known.Failures == 0 ? default : new(EnterSuspectAsync(destination, circuit, cancellationToken));
    }

    /// <summary>Whether nothing is known against a destination: for a delivery that has another way to go, and so is never the one that tries whether the destination is back.</summary>
    public ValueTask<bool> IsClosedAsync(string destination, CancellationToken cancellationToken) =>
        !_circuits.TryGetValue(destination, out var circuit) || circuit.Known.Failures == 0 ? new(true) : new(IsClosedByNowAsync(destination, circuit, cancellationToken));

    /// <summary>The destination took events: its circuit closes, and that it took some is remembered.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="hadFailed">As in <see cref="Close"/>.</param>
    public void Accepted(string destination, bool hadFailed)
    {
        _acceptedAt[destination] = time.GetUtcNow();
        Close(destination, hadFailed);
    }

    /// <summary>Whether a destination took events of this process at an instant or later. What a clock that ran ahead has noted proves nothing until it is caught up with.</summary>
    public bool AcceptedSince(string destination, DateTimeOffset instant) => _acceptedAt.TryGetValue(destination, out var at) && at >= instant && at <= time.GetUtcNow();

    /// <summary>The destination gave a verdict on a body. Others learn of it with <see cref="LeaveAsync"/>.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="hadFailed">Whether a delivery of the same batch had failed: then it was noted, perhaps by a process that is no more, and nobody else would take it back.</param>
    public void Close(string destination, bool hadFailed)
    {
        _refusals.TryRemove(destination, out _);
        var circuit = hadFailed ? _circuits.GetOrAdd(destination, static _ => new Circuit()) : _circuits.GetValueOrDefault(destination);
        if (circuit is not null && (hadFailed || circuit.Known.Failures > 0))
        {
            circuit.Works = true;
        }
    }

    /// <summary>The destination did not take a body.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="reason">Why.</param>
    /// <param name="atLeast">How long it wants to be left alone; null when it did not say.</param>
    /// <param name="needsAttention">Whether it takes nothing until somebody changes something.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>How long nothing is sent to it, and how long the batch had better sleep.</returns>
    public async Task<CircuitPass> OpenAsync(string destination, string reason, TimeSpan? atLeast, bool needsAttention, CancellationToken cancellationToken)
    {
        var circuit = _circuits.GetOrAdd(destination, static _ => new Circuit());
        await circuit.Gate.WaitAsync(cancellationToken);
        try
        {
            circuit.Works = false;
            var now = time.GetUtcNow();
            var (before, after) = await ChangeAsync(
                destination, circuit, isKnown: circuit.Known.Failures > 0, record => CircuitRules.Failed(record, reason, atLeast, needsAttention, now, random), cancellationToken);
            if (CircuitRules.IsDown(after) && (!CircuitRules.IsDown(before) || after.NeedsAttention != before.NeedsAttention))
            {
                LogDown(destination, after);
            }

            return PassOf(after, now);
        }
        finally
        {
            circuit.Gate.Release();
        }
    }

    /// <summary>A delivery is over: tells the others that the destination works, or lets another be the probe.</summary>
    public async Task LeaveAsync(string destination, CircuitPass pass, CancellationToken cancellationToken)
    {
        if (!_circuits.TryGetValue(destination, out var circuit) || (!circuit.Works && (pass.Probe is null || circuit.Known.ProbeOwner != pass.Probe)))
        {
            return;
        }

        if (circuit.IsAlone && pass.Probe is null && IsRecent(circuit))
        {
            // Storage did not answer a moment ago; one of the next deliveries tells the others.
            return;
        }

        await circuit.Gate.WaitAsync(cancellationToken);
        try
        {
            if (circuit.Works)
            {
                var (before, _) = await ChangeAsync(
                    destination, circuit, isKnown: circuit.Known.Failures > 0, record => record.Failures > 0 ? record.Closed() : record, cancellationToken);
                circuit.Works = circuit.IsAlone;
                if (CircuitRules.IsDown(before) && !circuit.IsAlone)
                {
                    var since = before.FailingSinceAt ?? default;
                    ShippingLog.DestinationBack(log, destination, since);
                }
            }
            else if (pass.Probe is { } probe && circuit.Known.ProbeOwner == probe)
            {
                await ChangeAsync(destination, circuit, isKnown: true, record => CircuitRules.Left(record, probe), cancellationToken);
            }
        }
        finally
        {
            circuit.Gate.Release();
        }
    }

    // Another process tries whether it is back; this one may deliver nothing else from which it could learn that.
    private async Task<bool> IsClosedByNowAsync(string destination, Circuit circuit, CancellationToken cancellationToken)
    {
        await circuit.Gate.WaitAsync(cancellationToken);
        try
        {
            await LookAgainAsync(destination, circuit, cancellationToken);
            return circuit.Works || circuit.Known.Failures == 0;
        }
        finally
        {
            circuit.Gate.Release();
        }
    }

    private async Task LookAgainAsync(string destination, Circuit circuit, CancellationToken cancellationToken)
    {
        if (circuit.Known.Failures > 0 && !IsRecent(circuit))
        {
            await ChangeAsync(destination, circuit, isKnown: false, record => record, cancellationToken);
        }
    }

    // A clock that ran ahead and was put right has read it in the future.
    private bool IsRecent(Circuit circuit) => (time.GetUtcNow() - circuit.ReadAt).Duration() < LooksEvery;

    private async Task<CircuitPass> EnterSuspectAsync(string destination, Circuit circuit, CancellationToken cancellationToken)
    {
        await circuit.Gate.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            if (circuit.Works || circuit.Known.Failures == 0)
            {
                return default;
            }

            await LookAgainAsync(destination, circuit, cancellationToken);
            if (circuit.Known.Failures == 0)
            {
                return default;
            }

            if (circuit.Known.OpenUntil > now || circuit.Known.ProbeUntil > now)
            {
                return PassOf(circuit.Known, now);
            }

            // Half open: one delivery of all instances is the probe, the others wait for what becomes of it.
            var owner = random.NextId();
            var (_, after) = await ChangeAsync(destination, circuit, isKnown: true, record => CircuitRules.Probed(record, owner, options.Value.ClaimDuration, now), cancellationToken);
            return after.Failures == 0 ? default
                : after.ProbeOwner == owner ? new CircuitPass(TimeSpan.Zero, TimeSpan.Zero, owner)
                : PassOf(after, now);
        }
        finally
        {
            circuit.Gate.Release();
        }
    }

    // Behind a probe nobody knows how long it takes: look again in a moment, and not with the message in hand.
    private CircuitPass PassOf(DestinationRecord record, DateTimeOffset now)
    {
        var deferral = CircuitRules.Deferral(record, now, random);
        return record.OpenUntil > now ? new CircuitPass(record.OpenUntil.Value - now, deferral, null)
            : new CircuitPass(options.Value.ClaimDuration, deferral > TimeSpan.FromSeconds(1) ? deferral : TimeSpan.FromSeconds(1), null);
    }

    private async Task<(DestinationRecord Before, DestinationRecord After)> ChangeAsync(
        string destination,
        Circuit circuit,
        bool isKnown,
        Func<DestinationRecord, DestinationRecord> change,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        (DestinationRecord Before, DestinationRecord After) changed;
        try
        {
            using var ending = new CancellationTokenSource(BookkeepingFailure.LongestWrite, time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending.Token);
            changed = await records.ChangeAsync(destination, isKnown && !circuit.IsAlone ? circuit.Known : null, record => change(CircuitRules.Plausible(record, now)), linked.Token);
            circuit.IsAlone = false;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && BookkeepingFailure.Is(exception))
        {
            // No delivery is lost or held up for it: this process goes on by what it knows.
            if (!circuit.IsAlone)
            {
                ShippingLog.CircuitNotShared(log, destination, BookkeepingFailure.Reason(exception));
            }

            circuit.IsAlone = true;
            changed = (circuit.Known, change(CircuitRules.Plausible(circuit.Known, now)));
        }

        circuit.Known = changed.After;
        circuit.ReadAt = time.GetUtcNow();
        return changed;
    }

    private void LogDown(string destination, DestinationRecord record)
    {
        if (record.NeedsAttention)
        {
            ShippingLog.DestinationRefuses(log, destination, record.Reason ?? "");
        }
        else
        {
            ShippingLog.DestinationDown(log, destination, record.FailingSinceAt ?? time.GetUtcNow(), record.Reason ?? "");
        }
    }

    private sealed class Circuit
    {
        private DestinationRecord _known = new();
        private volatile bool _works;

        public SemaphoreSlim Gate { get; } = new(1);

        public DestinationRecord Known
        {
            get => Volatile.Read(ref _known);
            set => Volatile.Write(ref _known, value);
        }

        public DateTimeOffset ReadAt { get; set; }

        /// <summary>A delivery succeeded since the last failure; the others do not know yet.</summary>
        public bool Works
        {
            get => _works;
            set => _works = value;
        }

        /// <summary>Storage did not answer when it was asked last.</summary>
        public bool IsAlone { get; set; }
    }
}
