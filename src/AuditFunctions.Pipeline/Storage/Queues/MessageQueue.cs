using Azure.Storage.Queues;

namespace AuditFunctions.Pipeline.Storage.Queues;

/// <summary>Sends messages that never expire: the service's own default of 7 days would lose events.</summary>
public sealed class MessageQueue(QueueClient queue)
{
    /// <summary>Longest text of a message, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>How much longer a message's text may become when it is sent again: its count of attempts gets more digits.</summary>
    public const int GrowthBytes = 9;

    private static readonly TimeSpan Never = TimeSpan.FromSeconds(-1);

    /// <summary>Its name in storage.</summary>
    public string Name => queue.Name;

    /// <summary>Sends a message.</summary>
    /// <param name="text">Its text, at most <see cref="MaxBytes"/>.</param>
    /// <param name="delay">How long it stays hidden; at most 7 days.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public Task SendAsync(BinaryData text, TimeSpan delay, CancellationToken cancellationToken) =>
        queue.SendMessageAsync(text, delay > TimeSpan.Zero ? delay : null, Never, cancellationToken);

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
