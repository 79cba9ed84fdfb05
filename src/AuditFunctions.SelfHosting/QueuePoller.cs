using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.SelfHosting.Health;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.SelfHosting;

/// <summary>
/// Takes messages from a queue and hands them to a handler, as the Functions host does: a taken message is hidden and that is renewed while it is
/// worked on; a failed one comes back. Only as many are taken as can be worked on at once, so that none waits here while its time runs out.
/// </summary>
internal sealed class QueuePoller(
    MessageQueue queue,
    Func<string, CancellationToken, Task> handle,
    PollerLimits limits,
    SelfHostOptions options,
    TimeProvider time,
    ILogger log,
    Pulse pulse)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);

    private readonly StorageWatch _watch = new($"Queue '{queue.Name}'", options.RetryDelay, log);
    private int _running;

    /// <summary>Messages that are worked on now.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Polls until stopped, then waits for the handlers that run.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var work = new List<(Task Task, DateTimeOffset StartedAt)>(limits.Concurrency);
        var pause = FirstPause;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                work.RemoveAll(running => running.Task.IsCompleted);
                var now = time.GetUtcNow();
                var free = limits.Concurrency + Math.Min(limits.Extra, work.Count(running => now - running.StartedAt >= Long)) - work.Count;
                if (free <= 0)
                {
                    var next = work.Where(running => now - running.StartedAt < Long).Select(running => running.StartedAt + Long - now).DefaultIfEmpty(Long).Min();
                    await WhenAnyAsync(work, limits.Extra > 0 ? next : Timeout.InfiniteTimeSpan, stop);
                    continue;
                }

                var taken = await TakeAsync(free, stop);
                if (taken.Count > 0)
                {
                    pause = FirstPause;
                    work.AddRange(taken.Select(message => (ProcessAsync(message, stop), now)));
                    continue;
                }

                // Whoever finishes may have sent more work: look again at once.
                await WhenAnyAsync(work, pause, stop);
                pause = pause * 2 < options.MaxPause ? pause * 2 : options.MaxPause;
            }
        }
        catch (Exception exception) when (Stopping.IsOf(exception, stop))
        {
            // On to the handlers that run.
        }

        await Task.WhenAll(work.Select(running => running.Task));
    }

    // Until a message is done, a while has passed, or a stop.
    private async Task WhenAnyAsync(List<(Task Task, DateTimeOffset StartedAt)> work, TimeSpan atMost, CancellationToken stop)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny([Task.Delay(atMost, time, woken.Token), .. work.Select(running => running.Task)]);
        await woken.CancelAsync();
    }

    private async Task<IReadOnlyList<TakenMessage>> TakeAsync(int most, CancellationToken stop)
    {
        try
        {
            var taken = await queue.TakeAsync(most, options.VisibilityTimeout, time, _watch.Fails, stop);
            pulse.Worked();
            _watch.Works();
            return taken;
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            // Whatever it is (an answer may break off anywhere), the process lives on and looks again.
            _watch.Fails(exception);
            pulse.Failed();
            await Task.Delay(options.RetryDelay, time, stop);
            return [];
        }
    }

    private async Task ProcessAsync(TakenMessage message, CancellationToken stop)
    {
        Interlocked.Increment(ref _running);
        var held = message.Held;
        try
        {
            await Task.Yield();
            var work = handle(message.Text, limits.FinishesOnStop ? CancellationToken.None : stop);

            // Whatever becomes of a renewal, the work that runs is waited for: unseen it would be cut off by a stop.
            await held.RenewWhileAsync(work);
            await work;
            await held.DeleteAsync();
        }
        catch (Exception exception) when (Stopping.IsOf(exception, stop))
        {
            await held.GiveBackAsync(TimeSpan.Zero);
        }
        catch (Exception exception)
        {
            HostLog.MessageFailed(log, exception, queue.Name, options.RetryDelay, message.Deliveries);
            await held.GiveBackAsync(options.RetryDelay);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
