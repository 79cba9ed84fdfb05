using Azure;

namespace AuditFunctions.Pipeline.Storage.Destinations;

/// <summary>
/// What all instances know of a destination together: a row of table <c>Checkpoints</c>, partition <c>_destinations</c>. Written when something
/// changes, always with the ETag with which it was read. A destination that works costs no request for it.
/// </summary>
public sealed record DestinationRecord
{
    /// <summary>Failed probes in a row; 0 while the circuit is closed.</summary>
    public int Failures { get; init; }

    /// <summary>Since when deliveries fail; null while the circuit is closed.</summary>
    public DateTimeOffset? FailingSinceAt { get; init; }

    /// <summary>Why the last one failed.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the destination takes nothing until somebody changes something.</summary>
    public bool NeedsAttention { get; init; }

    /// <summary>Nobody asks the destination before this.</summary>
    public DateTimeOffset? OpenUntil { get; init; }

    /// <summary>Which delivery tries whether the destination is back.</summary>
    public string? ProbeOwner { get; init; }

    /// <summary>Until when; afterwards another may.</summary>
    public DateTimeOffset? ProbeUntil { get; init; }

    /// <summary>About how many batches were sent to the destination's queue and are not done.</summary>
    public long Backlog { get; init; }

    /// <summary>When a batch was last done; refreshed every few minutes only.</summary>
    public DateTimeOffset? LastDeliveryAt { get; init; }

    /// <summary>Marks the writer of the row, so that a repeated write is recognised as our own.</summary>
    public string WriteId { get; init; } = "";

    /// <summary>The row's version; null when there is no row yet.</summary>
    public ETag? Version { get; init; }

    /// <summary>The same with a closed circuit.</summary>
    public DestinationRecord Closed() => this with
    {
        Failures = 0,
        FailingSinceAt = null,
        Reason = null,
        NeedsAttention = false,
        OpenUntil = null,
        ProbeOwner = null,
        ProbeUntil = null,
    };
}
