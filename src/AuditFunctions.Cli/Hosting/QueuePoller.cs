using AuditFunctions.Cli.Hosting.Health;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Cli.Hosting;

/// <summary>
/// Takes messages from a queue and hands them to a handler, as the Functions host does: a taken message is hidden and that is renewed while it is
/// worked on; a failed one comes back. Only as many are taken as can be worked on at once, so that none waits here while its time runs out.
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="handle">The handler.</param>
/// <param name="concurrency">Messages at the same time.</param>
/// <param name="finishesOnStop">Whether a stop lets running handlers finish instead of cancelling them.</param>
/// <param name="options">Times.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where failures go.</param>
/// <param name="pulse">Shows that it moves.</param>
internal sealed class QueuePoller(
    QueueClient queue,
    Func<string, CancellationToken, Task> handle,
    int concurrency,
    bool finishesOnStop,
    SelfHostOptions options,
    TimeProvider time,
    ILogger log,
    Pulse pulse)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);

    private int _running;

    /// <summary>Messages that are worked on now.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Polls until stopped, then waits for the handlers that run.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var work = new List<Task>(concurrency);
        var pause = FirstPause;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                work.RemoveAll(task => task.IsCompleted);
                if (work.Count == concurrency)
                {
                    await Task.WhenAny(work);
                    continue;
                }

                var taken = await TakeAsync(concurrency - work.Count, stop);
                if (taken.Length > 0)
                {
                    pause = FirstPause;
                    work.AddRange(taken.Select(message => ProcessAsync(message, stop)));
                    continue;
                }

                // Whoever finishes may have sent more work: look again at once.
                await Task.WhenAny([Task.Delay(pause, time, stop), .. work]);
                pause = pause * 2 < options.MaxPause ? pause * 2 : options.MaxPause;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping: on to the handlers that run.
        }

        await Task.WhenAll(work);
    }

    private async Task<QueueMessage[]> TakeAsync(int most, CancellationToken stop)
    {
        try
        {
            var taken = await queue.ReceiveMessagesAsync(Math.Min(most, 32), options.VisibilityTimeout, stop);
            pulse.Worked();
            return taken.Value;
        }
        catch (Exception exception) when (!stop.IsCancellationRequested && exception is RequestFailedException or AggregateException or HttpRequestException)
        {
            pulse.Failed();
            HostLog.QueueUnreachable(log, queue.Name, options.RetryDelay, exception is RequestFailedException failed ? $"{failed.Status} {failed.ErrorCode}" : "no connection");
            await Task.Delay(options.RetryDelay, time, stop);
            return [];
        }
    }

    private async Task ProcessAsync(QueueMessage message, CancellationToken stop)
    {
        Interlocked.Increment(ref _running);
        var receipt = message.PopReceipt;
        try
        {
            await Task.Yield();
            var work = handle(message.Body.ToString(), finishesOnStop ? CancellationToken.None : stop);
            receipt = await RenewWhileAsync(work, message.MessageId, receipt);
            await work;
            await queue.DeleteMessageAsync(message.MessageId, receipt, CancellationToken.None);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await GiveBackAsync(message.MessageId, receipt, TimeSpan.Zero);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.MessageNotFound || exception.ErrorCode == QueueErrorCode.PopReceiptMismatch)
        {
            // It became visible again while we worked and somebody else has it: handling it twice changes nothing.
        }
        catch (Exception exception)
        {
            HostLog.MessageFailed(log, exception, queue.Name, options.RetryDelay, message.DequeueCount);
            await GiveBackAsync(message.MessageId, receipt, options.RetryDelay);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private async Task<string> RenewWhileAsync(Task work, string id, string receipt)
    {
        while (!work.IsCompleted)
        {
            using var woken = new CancellationTokenSource();
            var half = Task.Delay(options.VisibilityTimeout / 2, time, woken.Token);
            if (await Task.WhenAny(work, half) == half)
            {
                var renewed = await queue.UpdateMessageAsync(id, receipt, (string?)null, options.VisibilityTimeout, CancellationToken.None);
                receipt = renewed.Value.PopReceipt;
            }
            else
            {
                await woken.CancelAsync();
            }
        }

        return receipt;
    }

    private async Task GiveBackAsync(string id, string receipt, TimeSpan delay)
    {
        try
        {
            await queue.UpdateMessageAsync(id, receipt, (string?)null, delay, CancellationToken.None);
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException or HttpRequestException)
        {
            // It comes back by itself when its time runs out.
        }
    }
}
