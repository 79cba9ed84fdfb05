using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Destinations;

/// <summary>
/// Sends bodies to one destination: one attempt each. Retries, circuits, time-outs, secrets and metrics wrap it and are never inside. Thread safe; lives
/// as long as its definition.
/// </summary>
public interface ISender : IAsyncDisposable
{
    /// <summary>Sends a body. Whatever the other side or the network does is a result; an exception is a fault of our own.</summary>
    /// <param name="body">The body.</param>
    /// <param name="secrets">The destination's secrets as they are now, by column.</param>
    /// <param name="cancellationToken">Ends the attempt: then the result is not known.</param>
    Task<SendResult> SendAsync(SendBody body, IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken);

    /// <summary>Asks whether the destination is well, without sending an event; null when it has no such question.</summary>
    Task<SendResult?> CheckAsync(IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken);
}

/// <summary>A body as it is sent.</summary>
/// <param name="BatchId">The idempotency key: the same for each attempt.</param>
/// <param name="Gzip">The body, gzip-compressed.</param>
/// <param name="RawBytes">Its length before compression.</param>
/// <param name="Events">How many events are in it.</param>
/// <param name="SentAt">The instant of this attempt, for signatures.</param>
public sealed record SendBody(string BatchId, ReadOnlyMemory<byte> Gzip, int RawBytes, int Events, DateTimeOffset SentAt)
{
    /// <summary>Where its events come from, for destinations that say so beside the body.</summary>
    public BodyContext Origin { get; init; } = new("", "");

    /// <summary>The day under which the batch stands, as <c>yyyyMMdd</c>: the same for each attempt and for a repeated page.</summary>
    public string Day { get; init; } = "";
}
