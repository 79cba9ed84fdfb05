using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace AuditFunctions.WorkerHost;

/// <summary>
/// Takes messages from a queue and calls a function with each, as the storage queue extension of the host does
/// (https://github.com/Azure/azure-sdk-for-net, Microsoft.Azure.WebJobs.Extensions.Storage.Common, read 2026-11-26): a taken message is
/// hidden for ten minutes whatever host.json says; it is deleted after a success and shown again after a failure, each with the receipt
/// that it was taken with, and a receipt that fits no more is passed over.
/// </summary>
public sealed class QueueFeed : IAsyncDisposable
{
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Worker _worker;
    private readonly string _function;
    private readonly QueueClient _queue;
    private readonly QueueSettings _settings;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _cancelling = new();
    private readonly ConcurrentQueue<InvocationResult> _results = new();
    private readonly List<Task> _work = [];
    private readonly Task _taking;
    private int _inFlight;
    private bool _isDead;

    internal QueueFeed(Worker worker, string function, QueueClient queue, QueueSettings settings)
    {
        _worker = worker;
        _function = function;
        _queue = queue;
        _settings = settings;
        _taking = TakeAllAsync();
    }

    /// <summary>Messages that were taken and whose invocations have not ended.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>How the invocations ended.</summary>
    public IReadOnlyCollection<InvocationResult> Results => _results;

    /// <summary>Stops as the host does: takes no more, cancels what runs, and waits for it.</summary>
    public async Task StopAsync()
    {
        await _cancelling.CancelAsync();
        await PauseAsync();
        await Task.WhenAll(_work);
    }

    /// <summary>Takes no more messages, and leaves those that are under way alone; when it returns, no more are taken.</summary>
    public async Task PauseAsync()
    {
        await _stopping.CancelAsync();
        await _taking;
    }

    /// <summary>The host dies with its worker: from now on it neither deletes nor shows again what it has taken.</summary>
    public void Die() => Volatile.Write(ref _isDead, true);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
        _cancelling.Dispose();
    }

    private async Task TakeAllAsync()
    {
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                _work.RemoveAll(task => task.IsCompleted);
                if (_work.Count > _settings.NewBatchThreshold)
                {
                    await Task.WhenAny(_work);
                    continue;
                }

                var taken = await TakeAsync();
                Interlocked.Add(ref _inFlight, taken.Length);
                _work.AddRange(taken.Select(HandleAsync));
                if (taken.Length == 0)
                {
                    await Task.Delay(Pause, _stopping.Token);
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    // Not cancelled by a stop: storage would have hidden messages that nobody got.
    private async Task<QueueMessage[]> TakeAsync()
    {
        try
        {
            return (await _queue.ReceiveMessagesAsync(_settings.BatchSize, Hidden, CancellationToken.None)).Value;
        }
        catch (RequestFailedException)
        {
            return [];
        }
    }

    private async Task HandleAsync(QueueMessage message)
    {
        await Task.Yield();
        var result = await _worker.InvokeAsync(_function, message.Body.ToString(), isJson: false, MetadataOf(message), _cancelling.Token);
        _results.Enqueue(result);
        Interlocked.Decrement(ref _inFlight);
        if (Volatile.Read(ref _isDead))
        {
            return;
        }

        try
        {
            if (result.Status == InvocationStatus.Succeeded)
            {
                await _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
            }
            else
            {
                await _queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: _settings.RetryDelay);
            }
        }
        catch (RequestFailedException exception) when (exception.Status is 400 or 404)
        {
            // The function has changed the receipt, or somebody else has the message.
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> MetadataOf(QueueMessage message) =>
    [
        new("Id", message.MessageId),
        new("PopReceipt", message.PopReceipt),
        new("DequeueCount", message.DequeueCount.ToString(CultureInfo.InvariantCulture)),
        new("InsertionTime", JsonSerializer.Serialize(message.InsertedOn)),
        new("ExpirationTime", JsonSerializer.Serialize(message.ExpiresOn)),
        new("NextVisibleTime", JsonSerializer.Serialize(message.NextVisibleOn)),
        new("QueueTrigger", message.Body.ToString()),
    ];
}
