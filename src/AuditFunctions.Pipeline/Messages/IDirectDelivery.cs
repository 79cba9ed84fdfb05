namespace AuditFunctions.Pipeline.Messages;

/// <summary>Delivers a batch where it was packed, without a message: for the few events of an ordinary poll the message would cost more than all the rest.</summary>
public interface IDirectDelivery
{
    /// <summary>Longest that a delivery may take: the caller's lease must last longer.</summary>
    TimeSpan Longest { get; }

    /// <summary>
    /// Delivers a batch, or does with it whatever would have become of its message: when this returns true, it is delivered, in the dead letters, or in
    /// queue <c>ship</c>.
    /// </summary>
    /// <param name="message">The batch with its body. It was packed under a lease, from a window that no run had begun to send before: nobody else can have it.</param>
    /// <param name="until">When the caller's lease ends: it must not take longer.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>false when nothing was done, and the batch had better go through the queue.</returns>
    Task<bool> TryDeliverAsync(ShipMessage message, DateTimeOffset until, CancellationToken cancellationToken);
}
