using AuditFunctions.Pipeline.Storage.Listings;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using Azure;

namespace AuditFunctions.Pipeline.Storage.Checkpoints;

/// <summary>A partition's durable progress and status: a row of table <c>Checkpoints</c>. Written only with the ETag with which it was read.</summary>
public sealed record Checkpoint
{
    /// <summary>Newest event time of a drained window: where the next one starts. Null before the first.</summary>
    public DateTimeOffset? MarkAt { get; init; }

    /// <summary>
    /// How far windows were read that gave no newer event: the end of the last one that was cut short by the vendor's longest window or, before any
    /// event is seen, the start of the very first plus the overlap. The next window starts there, less the overlap, when no event is newer.
    /// </summary>
    public DateTimeOffset? ReadToAt { get; init; }

    /// <summary>The end of the newest window that was drained: up to then everything was read that the vendor had. Late by as much as idle polls are noted.</summary>
    public DateTimeOffset? CaughtUpAt { get; init; }

    /// <summary>From when on the vendor has events, as it said when it refused a time: no window starts earlier. Null when it never did.</summary>
    public DateTimeOffset? KeptFromAt { get; init; }

    /// <summary>The last stretch whose events may be missing; null when there is none.</summary>
    public Gap? Gap { get; init; }

    /// <summary>The window in progress, or null.</summary>
    public WindowInProgress? Window { get; init; }

    /// <summary>The window that is read in parts, or null.</summary>
    public WindowSplit? Split { get; init; }

    /// <summary>Where to go on: inside the window in progress or, with progress by cursor, at the next poll.</summary>
    public string? Cursor { get; init; }

    /// <summary>When each lookback tier was last read wholly; null when none was.</summary>
    public string? TiersRead { get; init; }

    /// <summary>The lookback tier that is being read, or null.</summary>
    public TierSweep? Sweep { get; init; }

    /// <summary>
    /// The id of every event from here on that was sent is remembered: at first the start of the very first window. Lookback tiers reach back no
    /// further, since what lies before was never wanted, or would be sent again.
    /// </summary>
    public DateTimeOffset? RememberedFromAt { get; init; }

    /// <summary>What lies in the segments of ids, or null when nothing does.</summary>
    public SeenIndex? Seen { get; init; }

    /// <summary>The listing that is being read, of a snapshot source; null when none is.</summary>
    public ListingProgress? Listing { get; init; }

    /// <summary>The last listing that was complete, of a snapshot source; null before the first.</summary>
    public LastListing? LastListing { get; init; }

    /// <summary>
    /// When the source was seen not to have this partition any more; null while it has. It is polled only until its window in progress is drained.
    /// </summary>
    public DateTimeOffset? GoneAt { get; init; }

    /// <summary>Who works on the partition, or null.</summary>
    public string? LeaseOwner { get; init; }

    /// <summary>Until when; the lease is void afterwards.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>What a person should know.</summary>
    public PartitionStatus Status { get; init; } = new();

    /// <summary>A column of the row that holds something else than it should, without which the partition must not go on; null when all is well.</summary>
    public string? UnreadableColumn { get; init; }

    /// <summary>Whether the row has, or gets, the columns of <see cref="WindowInProgress.Lookups"/>.</summary>
    public bool HasLookups { get; init; }

    /// <summary>Whether the row has the columns of listings.</summary>
    public bool HasListings { get; init; }

    /// <summary>Marks the writer of the row, so that a repeated write is recognised as our own.</summary>
    public string WriteId { get; init; } = "";

    /// <summary>The row's version; default when there is no row yet.</summary>
    public ETag ETag { get; init; }

    /// <summary>The same, with the lease given back.</summary>
    public Checkpoint Unleased() => this with { LeaseOwner = null, LeaseUntil = null };

    /// <summary>Whether a window was begun and is not drained: one that is read in parts has none in progress between two of them.</summary>
    public bool HasOpenWindow => Window is not null || Split is not null;

    /// <summary>Whether it was noted, and nobody has polled the partition yet.</summary>
    public bool IsUnpolled(DateTimeOffset now) => Status is { LastPollAt: null, NextPollAt: null } && UnreadableColumn is null && !IsLeased(now);

    /// <summary>Whether somebody holds the lease.</summary>
    public bool IsLeased(DateTimeOffset now) => LeaseOwner is not null && LeaseUntil > now && LeaseUntil - now <= Plausible;

    // A clock that ran ahead for a moment must not stop a partition until the clocks have caught up with it: nothing sets itself a longer time.
    internal static readonly TimeSpan Plausible = TimeSpan.FromHours(2);
}

/// <summary>A window that is being read. Its bounds are frozen when it is opened.</summary>
/// <param name="FromAt">Start, inclusive.</param>
/// <param name="ToAt">End, exclusive.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="NewestAt">The newest event time seen in it so far.</param>
public sealed record WindowInProgress(DateTimeOffset FromAt, DateTimeOffset ToAt, DateTimeOffset OpenedAt, DateTimeOffset? NewestAt)
{
    /// <summary>Up to where it is proved to be read, in an ascending one: where it goes on when the vendor takes the cursor no more.</summary>
    public DateTimeOffset? ProvedAt { get; init; }

    /// <summary>
    /// The versions of the lookup files with which its page in flight was made, so that a repeated page gives the same bytes; null when there are none.
    /// </summary>
    public string? Lookups { get; init; }
}

/// <summary>What a person should know of a partition.</summary>
public sealed record PartitionStatus
{
    /// <summary>When it was last polled; refreshed at most every 15 minutes while nothing happens.</summary>
    public DateTimeOffset? LastPollAt { get; init; }

    /// <summary>When events were last fetched.</summary>
    public DateTimeOffset? LastFetchAt { get; init; }

    /// <summary>When it was first polled.</summary>
    public DateTimeOffset? FirstPollAt { get; init; }

    /// <summary>Events fetched since the row was made.</summary>
    public long Events { get; init; }

    /// <summary>Batches sent since the row was made.</summary>
    public long Batches { get; init; }

    /// <summary>Events that processors left out since the row was made.</summary>
    public DroppedEvents Dropped { get; init; } = DroppedEvents.None;

    /// <summary>Failed polls in a row.</summary>
    public int Failures { get; init; }

    /// <summary>Since when polls fail.</summary>
    public DateTimeOffset? FailingSinceAt { get; init; }

    /// <summary>Of which kind the last failure was.</summary>
    public FailureKind Failure { get; init; }

    /// <summary>The last failure in words, for people.</summary>
    public string? LastError { get; init; }

    /// <summary>What makes it doubtful that all events are read, though polls go well; null when nothing does.</summary>
    public string? Doubt { get; init; }

    /// <summary>The dead letter that keeps the unreadable page, by name, as long as polls fail with one.</summary>
    public string? KeptPage { get; init; }

    /// <summary>Whether the last failure was the vendor's wish that we wait.</summary>
    public bool IsThrottled => Failure == FailureKind.Throttled;

    /// <summary>Whether the last failure stays until somebody changes something.</summary>
    public bool NeedsAttention { get; init; }

    /// <summary>No poll before this, after a failure or a throttle.</summary>
    public DateTimeOffset? NextPollAt { get; init; }

    /// <summary>How many events are asked for at once while larger pages are too much for the vendor; null for as many as the definition says.</summary>
    public int? PageSize { get; init; }

    /// <summary>Fingerprint of the definition that failed: an edited row is polled at its next turn, whatever <see cref="NextPollAt"/> says.</summary>
    public string? FailedDefinition { get; init; }

    /// <summary>Whether it is too early to poll again with a definition.</summary>
    public bool IsBackedOff(string fingerprint, DateTimeOffset now) =>
        NextPollAt > now && NextPollAt - now <= LongestWait(now) && (FailedDefinition is null || FailedDefinition == fingerprint);

    // A source rests for hours. What a clock that ran ahead has written shows itself by the time of that poll, and holds for as long as any other wait at most.
    private TimeSpan LongestWait(DateTimeOffset now) => LastPollAt <= now ? PageResult.LongestRest + TimeSpan.FromHours(1) : Checkpoint.Plausible;
}
