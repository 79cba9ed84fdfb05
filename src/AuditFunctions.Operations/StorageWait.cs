using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Storage.Account;

namespace AuditFunctions.Operations;

/// <summary>Says early that storage does not answer: the storage clients themselves try for minutes before they give up.</summary>
public static class StorageWait
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Waits for work on storage, and says once when storage was asked and has answered nothing.</summary>
    /// <param name="work">The work.</param>
    /// <param name="storage">The account.</param>
    /// <param name="clock">Hears its answers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Takes the line.</param>
    public static async Task<T> ForAsync<T>(Task<T> work, StorageAccount storage, StorageClock clock, TimeProvider time, Action<string> tell)
    {
        using var over = new CancellationTokenSource();
        while (!work.IsCompleted && !clock.HasAnswered)
        {
            var wasAsked = clock.WasAsked;
            await Task.WhenAny(work, Task.Delay(Patience, time, over.Token));
            if (wasAsked && !work.IsCompleted && !clock.HasAnswered)
            {
                tell($"Storage at {storage.Host} {StorageFailure.Unreachable} Still waiting for it.");
                break;
            }
        }

        await over.CancelAsync();
        return await work;
    }
}
