using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.FunctionApp;

/// <summary>
/// A SIEM that stores what comes and, after some bodies, answers no more until the gate is opened: deliveries in flight for sure.
/// </summary>
internal sealed class DeliveryGate : IDisposable
{
    private readonly ManualResetEventSlim _open = new();
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _passes;
    private int _heldBodies;
    private int _heldEvents;

    public DeliveryGate(int passes)
    {
        _passes = passes;
        Siem = new SandboxSiemOptions { OnStored = Pass };
    }

    public SandboxSiemOptions Siem { get; }

    /// <summary>Completes when a delivery waits at the gate.</summary>
    public Task HeldAsync(CancellationToken cancellationToken) => _held.Task.WaitAsync(cancellationToken);

    /// <summary>Bodies that have come to wait so far.</summary>
    public int Held => Volatile.Read(ref _heldBodies);

    /// <summary>Lets everything pass from here on.</summary>
    /// <returns>Events in the bodies that were held.</returns>
    public int Open()
    {
        _open.Set();
        return Volatile.Read(ref _heldEvents);
    }

    public void Dispose()
    {
        _open.Set();
        _open.Dispose();
    }

    private void Pass(SiemArrival arrival)
    {
        if (_open.IsSet || Interlocked.Decrement(ref _passes) >= 0)
        {
            return;
        }

        Interlocked.Add(ref _heldEvents, arrival.Ids.Count);
        Interlocked.Increment(ref _heldBodies);
        _held.TrySetResult();
        _open.Wait();
    }
}
