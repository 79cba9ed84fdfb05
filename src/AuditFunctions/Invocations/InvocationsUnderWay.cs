using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Storage.Destinations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Invocations;

/// <summary>
/// Counts the invocations and keeps the process until they have ended: the worker itself leaves at once when its host tells it to,
/// although the host gives it five seconds. Fetches end by themselves at a stop, deliveries take what they need; the host ends what takes
/// longer than its patience.
/// </summary>
internal sealed class InvocationsUnderWay(DestinationBacklog backlog, TimeProvider time, ILogger<InvocationsUnderWay> log) : IHostedService
{
    // The answers are written after the functions have returned, by the worker, in the background.
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private TaskCompletionSource? _idle;
    private int _count;

    /// <summary>Counts an invocation until it is disposed of.</summary>
    public IDisposable Begin()
    {
        lock (_gate)
        {
            _count++;
        }

        return new Counted(this);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        HostLog.Stopping(log);
        try
        {
            await Idle().WaitAsync(cancellationToken);

            // What was counted and not yet written down; this is the last chance.
            await backlog.FlushAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            // A count that is off is corrected by a later tick.
            HostLog.StopIncomplete(log, StorageWatch.ReasonOf(exception));
        }

        await Task.Delay(AnswerTime, time, CancellationToken.None);
    }

    private Task Idle()
    {
        lock (_gate)
        {
            if (_count == 0)
            {
                return Task.CompletedTask;
            }

            _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    private void End()
    {
        lock (_gate)
        {
            if (--_count == 0)
            {
                _idle?.TrySetResult();
            }
        }
    }

    private sealed class Counted(InvocationsUnderWay owner) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                owner.End();
            }
        }
    }
}
