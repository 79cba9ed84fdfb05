using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Bodies;
using AuditFunctions.Pipeline.Storage.Queues;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Puts a body on its way: into the message, or into a blob when it does not fit; a small one may be delivered at once.</summary>
public sealed class BatchSender(StorageAccount storage, BodyStore bodies, IDirectDelivery? direct = null)
{
    private readonly MessageQueue _queue = storage.Ships;

    /// <summary>Sends a batch; when it returns, the batch is safe.</summary>
    public Task SendAsync(ShipMessage message, ReadOnlyMemory<byte> gzip, CancellationToken cancellationToken) =>
        SendAsync(message, gzip, directUntil: null, cancellationToken);

    /// <summary>Sends a batch, or delivers it at once where that is allowed and the body is small; when it returns, the batch is safe.</summary>
    /// <param name="message">The batch.</param>
    /// <param name="gzip">Its body.</param>
    /// <param name="directUntil">Until when a delivery may take; null when it goes through the queue.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task SendAsync(ShipMessage message, ReadOnlyMemory<byte> gzip, DateTimeOffset? directUntil, CancellationToken cancellationToken)
    {
        var isLarge = gzip.Length > MessageQueue.MaxBytes * 3 / 4;
        message = message with { Check = BodyCheck.Of(message.BatchId, gzip.Span) };
        message = isLarge ? message : message with { Body = gzip.ToArray() };
        var text = message.ToWire();
        if (isLarge || text.ToMemory().Length > MessageQueue.MaxBytes - MessageQueue.GrowthBytes)
        {
            var name = BodyStore.NameOf(message.Day, message.Destination, message.BatchId);
            await bodies.WriteAsync(name, gzip, cancellationToken);
            text = (message with { Body = null, Blob = name }).ToWire();
        }
        else if (directUntil is { } until && direct is not null && await direct.TryDeliverAsync(message, until, cancellationToken))
        {
            return;
        }

        await _queue.SendAsync(text, TimeSpan.Zero, cancellationToken);
    }
}
