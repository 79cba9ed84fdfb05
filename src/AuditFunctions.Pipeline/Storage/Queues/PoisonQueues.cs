using Azure;
using Azure.Storage.Queues;

namespace AuditFunctions.Pipeline.Storage.Queues;

/// <summary>A queue to which the Functions host moves messages that failed too often. The host makes it when it first needs it.</summary>
/// <param name="Name">Its name without prefix: <c>ship-poison</c>.</param>
/// <param name="Client">The queue.</param>
/// <param name="Origin">Where its messages come from.</param>
public sealed record PoisonQueue(string Name, QueueClient Client, QueueClient Origin)
{
    /// <summary>Its name in storage.</summary>
    public string StoredName => Client.Name;

    /// <summary>About how many messages are in it; 0 when there is no such queue.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken) => await FindCountAsync(cancellationToken) ?? 0;

    /// <summary>About how many messages are in it; null when there is no such queue.</summary>
    public async Task<int?> FindCountAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await new MessageQueue(Client).CountAsync(cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    /// <summary>
    /// Moves its messages back to where they came from, where they never expire. Stopped in between, a message may be in both: handling it twice does no
    /// harm, so this may be repeated.
    /// </summary>
    /// <returns>How many were moved.</returns>
    public async Task<int> RestoreAsync(CancellationToken cancellationToken)
    {
        var origin = new MessageQueue(Origin);
        var moved = 0;
        while (await ReceiveAsync(cancellationToken) is { Length: > 0 } messages)
        {
            foreach (var message in messages)
            {
                await origin.SendAsync(message.Body, TimeSpan.Zero, cancellationToken);
                await Client.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellationToken);
                moved++;
            }
        }

        return moved;
    }

    private async Task<Azure.Storage.Queues.Models.QueueMessage[]> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Client.ReceiveMessagesAsync(maxMessages: 32, visibilityTimeout: TimeSpan.FromMinutes(5), cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return [];
        }
    }
}
