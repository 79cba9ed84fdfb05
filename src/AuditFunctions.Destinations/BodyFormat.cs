using System.Buffers;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations;

/// <summary>
/// How a destination wants a body: framing and limits. It is all that fetching knows of a destination. Immutable; the same events give the same
/// bytes always, since the batch id is a hash of them.
/// </summary>
public interface IBodyFormat
{
    /// <summary>Name and version of the framing, such as <c>splunk-hec/1</c>: shipping refuses to send a body of one kind to a destination of another.</summary>
    string Kind { get; }

    /// <summary>Largest body before compression, in bytes. What becomes of an event that is larger alone says <see cref="OversizePolicy"/>.</summary>
    int MaxBodyBytes { get; }

    /// <summary>Most events in a body.</summary>
    int MaxEvents { get; }

    /// <summary>Longest event that the destination keeps whole, in bytes. A longer one is treated as one that no body can hold.</summary>
    int MaxEventBytes => int.MaxValue;

    /// <summary>
    /// Where in what <see cref="WriteEvent"/> writes the batch id stands; null when frames hold none. It is computed over the body with
    /// <see cref="BodyContext.NoBatchId"/> in its places, and then put there.
    /// </summary>
    int? BatchIdAt(bool first) => null;

    /// <summary>Writes what stands before the first event.</summary>
    void WriteStart(IBufferWriter<byte> body, in BodyContext context);

    /// <summary>Writes an event with its frame; <paramref name="first"/> tells that no separator is needed.</summary>
    void WriteEvent(IBufferWriter<byte> body, in BodyContext context, in EventView auditEvent, bool first);

    /// <summary>Writes what stands after the last event.</summary>
    void WriteEnd(IBufferWriter<byte> body, in BodyContext context);

    /// <summary>Sets what depends on the whole body, such as lengths, once all of it is written.</summary>
    void Complete(PooledBytes body)
    {
        // Most framings have nothing like it.
    }
}

/// <summary>Where the events of a body come from.</summary>
/// <param name="Source">The source.</param>
/// <param name="Partition">Its partition.</param>
public readonly record struct BodyContext(string Source, string Partition)
{
    /// <summary>Keeps the place of a batch id that is not known yet.</summary>
    public const string NoBatchId = "00000000000000000000000000000000";

    /// <summary>The batch id, where it is known before the body: 32 lower-case hex digits.</summary>
    public string BatchId { get; init; } = NoBatchId;

    /// <summary>The source's template; null when it has none, or where it is not known any more.</summary>
    public string? Template { get; init => field = string.IsNullOrEmpty(value) ? null : value; }

    /// <summary>The vendor, as the template calls it; null as with the template.</summary>
    public string? Vendor { get; init => field = string.IsNullOrEmpty(value) ? null : value; }

    /// <summary>
    /// When the events were fetched: the instant at which their window was opened, which is kept before the first of its batches is sent, so that a repeated page has
    /// the same one. Null where it is not known any more.
    /// </summary>
    public DateTimeOffset? FetchedAt { get; init; }
}

/// <summary>An event on its way into a body.</summary>
public readonly ref struct EventView
{
    /// <summary>The event exactly as the vendor sent it.</summary>
    public required ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>Its id as the inside of a JSON string (escaped as the vendor escaped it); a hash in hex when the vendor gives none.</summary>
    public required ReadOnlySpan<byte> Id { get; init; }

    /// <summary>Its time, or null when it could not be read.</summary>
    public required DateTimeOffset? Time { get; init; }
}
