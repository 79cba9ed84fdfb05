using Azure.Storage.Queues;

namespace AuditFunctions.Pipeline.Storage.Queues;

/// <summary>Sends messages that never expire: the service's own default of 7 days would lose events.</summary>
/// <param name="queue">The queue.</param>
/// <param name="seal">Signs what is sent; null where messages are moved as they are.</param>
public sealed class MessageQueue(QueueClient queue, MessageSeal? seal = null)
{
    /// <summary>Longest text of a message, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>How much longer a message's text may become when it is sent again: its count of attempts gets more digits, it says when it was tried first, and it is signed.</summary>
    public const int GrowthBytes = 9 + 53 + MessageSeal.GrowthBytes;

    private static readonly TimeSpan Never = TimeSpan.FromSeconds(-1);

    /// <summary>Its name in storage.</summary>
    public string Name => queue.Name;

    /// <summary>Sends a message.</summary>
    /// <param name="text">Its text, at most <see cref="MaxBytes"/>.</param>
    /// <param name="delay">How long it stays hidden; at most 7 days.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="Configuration.Secrets.SecretException">It cannot be signed.</exception>
    public async Task SendAsync(BinaryData text, TimeSpan delay, CancellationToken cancellationToken)
    {
        text = seal is null ? text : await seal.SealAsync(Name, text, cancellationToken);
        await queue.SendMessageAsync(text, delay > TimeSpan.Zero ? delay : null, Never, cancellationToken);
    }

    /// <summary>Why a message of this queue cannot be of this installation; null when it may be taken.</summary>
    /// <exception cref="Configuration.Secrets.SecretException">That cannot be known now: the message is to come again.</exception>
    public ValueTask<string?> ProblemOfAsync(string text, CancellationToken cancellationToken) =>
        seal is null ? ValueTask.FromResult<string?>(null) : seal.ProblemOfAsync(Name, text, cancellationToken);

    /// <summary>Takes messages: others do not see them for a while.</summary>
    /// <param name="most">How many; 1 to 32.</param>
    /// <param name="hidden">How long they stay hidden, and after each renewal.</param>
    /// <param name="time">The clock.</param>
    /// <param name="failed">Called with what storage failed with while a message is held.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<IReadOnlyList<TakenMessage>> TakeAsync(
        int most, TimeSpan hidden, TimeProvider time, Action<Exception> failed, CancellationToken cancellationToken)
    {
        var taken = await queue.ReceiveMessagesAsync(Math.Min(most, 32), hidden, cancellationToken);
        return
        [
            .. taken.Value.Select(message => new TakenMessage(
                message.Body.ToString(), message.DequeueCount, new HeldMessage(queue, message.MessageId, message.PopReceipt, hidden, time, failed))),
        ];
    }

    /// <summary>About how many messages are in it, hidden ones too.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        var properties = await queue.GetPropertiesAsync(cancellationToken);
        return properties.Value.ApproximateMessagesCount;
    }

    /// <summary>When the oldest visible message was sent; null when none is visible.</summary>
    public async Task<DateTimeOffset?> OldestAsync(CancellationToken cancellationToken)
    {
        var peeked = await queue.PeekMessageAsync(cancellationToken);
        return peeked.Value?.InsertedOn;
    }
}
