using AuditFunctions.Operations.Doctor.Storage;
using Azure.Storage.Queues;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>Whether queues can be read and written, and are there. No message is sent, taken or hidden.</summary>
internal sealed class QueueCheck : ICheck
{
    // Well formed, and of no message.
    private const string NoMessage = "00000000-0000-0000-0000-000000000000";
    private const string NoReceipt = "AgAAAAMAAAAAAAAAAAAAAAAAAAA=";

    /// <inheritdoc/>
    public string Name => "queues";

    /// <inheritdoc/>
    public IEnumerable<Look> Looks(Examination on)
    {
        var storage = on.Installation.Storage;
        QueueClient[] queues = [storage.FetchQueue, storage.ShipQueue];
        yield return new ServiceLook(
            StorageService.Queue(storage),
            on,
            [.. queues.Select(queue => new StoredThing(queue.Name, cancellationToken => ReadAsync(on, queue, cancellationToken)))],
            cancellationToken => storage.FetchQueue.UpdateMessageAsync(NoMessage, NoReceipt, "{}", TimeSpan.Zero, cancellationToken)).Look;
    }

    private static async Task ReadAsync(Examination on, QueueClient queue, CancellationToken cancellationToken)
    {
        await on.Clocks.TimedAsync(queue.Uri, () => queue.GetPropertiesAsync(cancellationToken), answer => answer.GetRawResponse());
        await queue.PeekMessageAsync(cancellationToken);
    }
}
