using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Destinations;

/// <summary>Sends bodies to one kind of destination. Immutable and thread safe.</summary>
public interface IDelivery
{
    /// <summary>The request for a body. The caller sends it, and disposes it.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="body">The body.</param>
    /// <param name="secrets">The destination's secrets, by column.</param>
    HttpRequestMessage Request(DestinationDefinition destination, DeliveryBody body, IReadOnlyDictionary<string, SecretText> secrets);

    /// <summary>What an answer means.</summary>
    /// <param name="statusCode">HTTP status.</param>
    /// <param name="answer">The start of the answer's body.</param>
    DeliveryResult Read(int statusCode, ReadOnlySpan<byte> answer);

    /// <summary>The request that asks whether the destination is well; null when it knows none.</summary>
    HttpRequestMessage? HealthRequest(DestinationDefinition destination, IReadOnlyDictionary<string, SecretText> secrets);
}

/// <summary>A body as it is sent.</summary>
/// <param name="BatchId">The idempotency key.</param>
/// <param name="Gzip">The body, gzip-compressed.</param>
/// <param name="RawBytes">Its length before compression.</param>
/// <param name="Events">How many events are in it.</param>
/// <param name="SentAt">The instant of this attempt, for signatures.</param>
public sealed record DeliveryBody(string BatchId, ReadOnlyMemory<byte> Gzip, int RawBytes, int Events, DateTimeOffset SentAt);

/// <summary>What became of a body.</summary>
public abstract record DeliveryResult
{
    private DeliveryResult()
    {
    }

    /// <summary>The destination has it.</summary>
    public sealed record Delivered : DeliveryResult
    {
        /// <summary>The only one.</summary>
        public static Delivered Instance { get; } = new();
    }

    /// <summary>Not now: no answer, busy, throttled, failing. The same bytes are sent again later.</summary>
    public sealed record Deferred(int StatusCode, string Reason, TimeSpan? RetryAfter = null) : DeliveryResult;

    /// <summary>Not until somebody changes something: wrong token, wrong address, wrong index. Nothing is given up.</summary>
    public sealed record Refused(int StatusCode, string Reason) : DeliveryResult;

    /// <summary>The content is not taken and never will be.</summary>
    /// <param name="StatusCode">HTTP status.</param>
    /// <param name="Reason">Why, in the destination's words, shortened.</param>
    /// <param name="EventNumber">The event that is to blame, counted from 0, if the destination names it; those before it are stored.</param>
    /// <param name="Answer">The start of the answer, without secrets. Set by whoever sends.</param>
    public sealed record Rejected(int StatusCode, string Reason, int? EventNumber = null, string? Answer = null) : DeliveryResult;
}
