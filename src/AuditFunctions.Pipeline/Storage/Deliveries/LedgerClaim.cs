using Azure;

namespace AuditFunctions.Pipeline.Storage.Deliveries;

/// <summary>What came of asking for a batch.</summary>
public abstract record LedgerClaim
{
    private LedgerClaim()
    {
    }

    /// <summary>It is ours until it ends.</summary>
    /// <param name="ETag">The row's version.</param>
    /// <param name="Owner">Who asked.</param>
    /// <param name="Until">When it ends.</param>
    /// <param name="Split">What is settled of a batch that was rejected as a whole; null when it was not.</param>
    public sealed record Granted(ETag ETag, string Owner, DateTimeOffset Until, string? Split = null) : LedgerClaim
    {
        /// <summary>Whether it stands in a row. One that does not holds by a lease of its partition.</summary>
        public bool IsWritten { get; init; } = true;
    }

    /// <summary>It was delivered before.</summary>
    public sealed record AlreadyDelivered : LedgerClaim;

    /// <summary>Somebody else is delivering it.</summary>
    /// <param name="Until">When that claim ends.</param>
    public sealed record Taken(DateTimeOffset Until) : LedgerClaim;
}
