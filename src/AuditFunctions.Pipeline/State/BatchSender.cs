namespace AuditFunctions.Pipeline.State;

/// <summary>Puts a body on its way: into the message, or into a blob when it does not fit.</summary>
internal sealed class BatchSender(StorageAccount storage, BodyStore bodies)
{
    private readonly MessageQueue _queue = new(storage.ShipQueue);

    /// <summary>Sends a batch; when it returns, the batch is safe.</summary>
    public async Task SendAsync(ShipMessage message, ReadOnlyMemory<byte> gzip, CancellationToken cancellationToken)
    {
        message = message with { Check = BodyCheck.Of(message.BatchId, gzip.Span) };
        var text = (message with { Body = gzip.Length <= MessageQueue.MaxBytes * 3 / 4 ? gzip.ToArray() : null }).ToWire();
        if (gzip.Length > MessageQueue.MaxBytes * 3 / 4 || text.ToMemory().Length > MessageQueue.MaxBytes - MessageQueue.GrowthBytes)
        {
            var name = BodyStore.NameOf(message.Day, message.Destination, message.BatchId);
            await bodies.WriteAsync(name, gzip, cancellationToken);
            text = (message with { Body = null, Blob = name }).ToWire();
        }

        await _queue.SendAsync(text, TimeSpan.Zero, cancellationToken);
    }
}
