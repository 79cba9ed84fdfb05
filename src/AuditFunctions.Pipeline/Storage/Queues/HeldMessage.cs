using Azure;
using Azure.Storage.Queues;

namespace AuditFunctions.Pipeline.Storage.Queues;

/// <summary>
/// A message that was taken from a queue: hidden for a short time, which is renewed while it is worked on, then deleted or given back. When the
/// process dies, others get it as soon as that time is over.
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="id">The message.</param>
/// <param name="receipt">The receipt that it was taken with; each renewal brings a new one.</param>
/// <param name="hidden">How long it is hidden after each renewal.</param>
/// <param name="time">The clock.</param>
/// <param name="failed">Gets what storage failed with. Nothing is lost: the message comes back by itself.</param>
public sealed class HeldMessage(QueueClient queue, string id, string receipt, TimeSpan hidden, TimeProvider time, Action<Exception> failed)
{
    private string _receipt = receipt;
    private bool _isOurs = true;

    /// <summary>Hides the message from now on for as long as this object does, however long it was taken for.</summary>
    /// <returns>false when somebody else has it by now.</returns>
    public async Task<bool> TakeOverAsync()
    {
        await RenewAsync();
        return _isOurs;
    }

    /// <summary>Renews until work is done, whatever comes of it. Renewals that fail do not end the work: at worst somebody else gets the message too.</summary>
    public async Task RenewWhileAsync(Task work)
    {
        while (!work.IsCompleted)
        {
            using var woken = new CancellationTokenSource();
            var half = Task.Delay(_isOurs ? hidden / 2 : Timeout.InfiniteTimeSpan, time, woken.Token);
            if (await Task.WhenAny(work, half) == half)
            {
                await RenewAsync();
            }
            else
            {
                await woken.CancelAsync();
            }
        }
    }

    /// <summary>Deletes it: it is done.</summary>
    public Task DeleteAsync() => AttemptAsync(() => queue.DeleteMessageAsync(id, _receipt, CancellationToken.None));

    /// <summary>Shows it again after a while.</summary>
    public Task GiveBackAsync(TimeSpan delay) => AttemptAsync(() => queue.UpdateMessageAsync(id, _receipt, (string?)null, delay, CancellationToken.None));

    private Task RenewAsync() => AttemptAsync(async () =>
        _receipt = (await queue.UpdateMessageAsync(id, _receipt, (string?)null, hidden, CancellationToken.None)).Value.PopReceipt);

    private async Task AttemptAsync(Func<Task> attempt)
    {
        try
        {
            await attempt();
        }
        catch (RequestFailedException exception) when (exception.Status is 400 or 404)
        {
            // It became visible again and somebody else has it, or has done it: handling it twice changes nothing.
            _isOurs = false;
        }
        catch (Exception exception)
        {
            failed(exception);
        }
    }
}
