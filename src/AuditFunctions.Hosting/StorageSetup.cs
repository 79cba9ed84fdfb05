using AuditFunctions.Pipeline.Storage.Account;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Hosting;

/// <summary>Creates missing tables, queues and containers when a host starts; nothing may be processed before that is done.</summary>
public sealed class StorageSetup(StorageAccount storage, TimeProvider time, ILogger<StorageSetup> log)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when everything is there.</summary>
    public Task Done => _done.Task;

    /// <summary>Tries until it is done. Says once that storage is away, and once that it is back.</summary>
    /// <param name="delay">How long to wait after a failure.</param>
    /// <param name="isWorthWaiting">Whether it is tried again after this failure; else it is thrown.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task RunAsync(TimeSpan delay, Func<Exception, bool> isWorthWaiting, CancellationToken stop)
    {
        var watch = new StorageWatch($"Storage at {storage.Host}", delay, log);
        while (true)
        {
            try
            {
                await storage.CreateMissingAsync(stop);
                watch.Works();
                _done.TrySetResult();
                return;
            }
            catch (Exception exception) when (isWorthWaiting(exception))
            {
                // Of several calls at once one may have failed and the others been stopped: that is a stop.
                stop.ThrowIfCancellationRequested();
                watch.Fails(exception);
                await Task.Delay(delay, time, stop);
            }
        }
    }
}
