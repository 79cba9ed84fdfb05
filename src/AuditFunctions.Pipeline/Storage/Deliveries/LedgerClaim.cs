using Azure;

namespace AuditFunctions.Pipeline.Storage.Deliveries;

/// <summary>What came of asking for a batch.</summary>
public abstract record LedgerClaim
{
    private LedgerClaim()
    {
    }

    /// <summary>It is ours until it ends.</summary>
    /// <param name="Owner">Who asked.</param>
    /// <param name="Until">When it ends.</param>
    /// <param name="Version">The row's version; null when there is no row, since a lease of the batch's partition stands for it.</param>
    /// <param name="Split">What is settled of a batch that was not taken as a whole; null when nothing is.</param>
    public sealed record Granted(string Owner, DateTimeOffset Until, ETag? Version, string? Split = null) : LedgerClaim;

    /// <summary>It was delivered before.</summary>
    public sealed record AlreadyDelivered : LedgerClaim;

    /// <summary>Somebody else is delivering it.</summary>
    /// <param name="Until">When that claim ends.</param>
    public sealed record Taken(DateTimeOffset Until) : LedgerClaim;
}
