using AuditFunctions.Pipeline.Storage.Account;

namespace AuditFunctions.SelfHosting.Health;

/// <summary>The pulses of the host's three loops.</summary>
/// <param name="storage">Names the queues.</param>
/// <param name="tickEvery">Longest pause between two ticks; null when nothing ticks.</param>
/// <param name="time">The clock.</param>
internal sealed class Pulses(StorageAccount storage, TimeSpan? tickEvery, TimeProvider time)
{
    // A loop whose slots are all taken stands still until one of its messages is done: at most 9 minutes for a fetch. Storage that hangs adds its retries.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>Takes fetch messages.</summary>
    public Pulse Fetch { get; } = new($"queue '{storage.Fetches.Name}'", Longest, time);

    /// <summary>Takes ship messages.</summary>
    public Pulse Ship { get; } = new($"queue '{storage.Ships.Name}'", Longest, time);

    /// <summary>Ticks.</summary>
    public Pulse Tick { get; } = new("the timer", (tickEvery ?? TimeSpan.Zero) + Longest, time);

    /// <summary>Those that count.</summary>
    public IReadOnlyList<Pulse> All => tickEvery is null ? [Fetch, Ship] : [Fetch, Ship, Tick];
}
