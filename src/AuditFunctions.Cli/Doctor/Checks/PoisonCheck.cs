using AuditFunctions.Cli.Output;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Specialized;

namespace AuditFunctions.Cli.Doctor.Checks;

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
            Of(storage.FetchQueue, "A message of this kind holds nothing but a question, and the scheduler asks again: clear the queue.", "clear"),
            Of(storage.ShipQueue, "Each holds a batch, and expires 7 days after it came there: put the texts back into the queue, byte for byte, once storage is well, and clear this one only then.", "peek"),
        ];

        Look Of(QueueClient queue, string mend, string verb)
        {
            var poison = queue.GetParentQueueServiceClient().GetQueueClient(queue.Name + "-poison");
            return Look.Of($"queue '{poison.Name}'", cancellationToken => FindAsync(on, poison, mend, verb, cancellationToken));
        }
    }

    private static async Task<Finding> FindAsync(Examination on, QueueClient poison, string mend, string verb, CancellationToken cancellationToken)
    {
        var where = $"queue '{poison.Name}'";
        try
        {
            var properties = await poison.GetPropertiesAsync(cancellationToken);
            return properties.Value.ApproximateMessagesCount is > 0 and var messages
                ? Finding.Problem(
                    where,
                    $"{Counted.Of(messages, "message")} that the Functions host gave up on after failing again and again",
                    mend,
                    $"az storage message {verb} --queue-name {poison.Name} {on.Access.CliOptions}{(verb == "peek" ? " --num-messages 32" : "")}")
                : Finding.Ok(where, "is empty");
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return Finding.Ok(where, "does not exist, as it should be");
        }
    }
}
