using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Specialized;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>The queues into which the Functions host puts what it gave up on: they must not exist, or be empty.</summary>
internal sealed class PoisonCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "poison";

    /// <inheritdoc/>
    public IEnumerable<Look> Looks(Examination on)
    {
        var storage = on.Installation.Storage;
        return !on.Wanted.IsWhole ? [] :
        [
            Of(storage.FetchQueue),
            Of(storage.ShipQueue),
        ];

        Look Of(QueueClient queue)
        {
            var poison = queue.GetParentQueueServiceClient().GetQueueClient(queue.Name + "-poison");
            return Look.Of($"queue '{poison.Name}'", cancellationToken => FindAsync(poison, cancellationToken));
        }
    }

    private static async Task<Finding> FindAsync(QueueClient poison, CancellationToken cancellationToken)
    {
        var where = $"queue '{poison.Name}'";
        try
        {
            var properties = await poison.GetPropertiesAsync(cancellationToken);
            return properties.Value.ApproximateMessagesCount is > 0 and var messages
                ? Finding.Problem(
                    where,
                    $"{Counted.Of(messages, "message")} that the Functions host gave up on after failing again and again",
                    "They expire 7 days after they came there. Put them back once storage is well.",
                    "auditfn queues restore")
                : Finding.Ok(where, "is empty");
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return Finding.Ok(where, "does not exist, as it should be");
        }
    }
}
