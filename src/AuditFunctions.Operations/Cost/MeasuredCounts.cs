namespace AuditFunctions.Operations.Cost;

/// <summary>Requests to storage, by service and kind as they are billed.</summary>
/// <param name="TableReads">Requests to a table that read or list; a list is one for each started 1,000 rows.</param>
/// <param name="TableWrites">Requests to a table that write or delete.</param>
/// <param name="QueueReads">Requests for the length of a queue, or for messages.</param>
/// <param name="QueueWrites">Messages sent or deleted.</param>
/// <param name="BlobReads">Blobs read.</param>
/// <param name="BlobWrites">Blobs written.</param>
/// <param name="BlobDeletes">Blobs removed; they cost nothing.</param>
/// <param name="BlobLists">Lists of blobs.</param>
internal sealed record StorageCounts(
    int TableReads = 0, int TableWrites = 0, int QueueReads = 0, int QueueWrites = 0, int BlobReads = 0, int BlobWrites = 0, int BlobDeletes = 0, int BlobLists = 0);

/// <summary>
/// What each step of the pipeline asks of storage. Measured against Azurite: the tests of this folder's namespace run each step and fail when a number
/// here is not exactly what was seen.
/// </summary>
internal static class MeasuredCounts
{
    /// <summary>A tick that finds nothing due, with up to <see cref="RowsPerPage"/> sources.</summary>
    public static readonly StorageCounts Tick = new(TableReads: 7, TableWrites: 1, QueueReads: 2);

    /// <summary>Each fetch message that a tick sends: for up to <c>Scheduling__GroupSize</c> sources that are due.</summary>
    public static readonly StorageCounts FetchMessage = new(QueueWrites: 1);

    /// <summary>What a tick asks more for every further <see cref="RowsPerPage"/> sources, once they have been polled: rows and checkpoints.</summary>
    public static readonly StorageCounts TickPerFurtherPage = new(TableReads: 2);

    /// <summary>What a tick asks more every quarter of an hour: whether the host has given up on messages.</summary>
    public static readonly StorageCounts TickPerQuarter = new(QueueReads: 2);

    /// <summary>The first fetch message of a tick in a process: the rows of templates, sources and destinations are read again.</summary>
    public static readonly StorageCounts RowsPerTick = new(TableReads: 3);

    /// <summary>A poll whose pages bring no event at all.</summary>
    public static readonly StorageCounts EmptyPoll = new(TableReads: 1);

    /// <summary>A poll that brings only events that were seen before, those of the overlap: their ids are read with the row.</summary>
    public static readonly StorageCounts IdlePoll = new(TableReads: 1);

    /// <summary>What a poll with events asks more when the one before it in the same process brought none: the ids.</summary>
    public static readonly StorageCounts IdsAlone = new(TableReads: 1);

    /// <summary>What an idle source writes every quarter of an hour: when it was polled.</summary>
    public static readonly StorageCounts IdleStatus = new(TableWrites: 1);

    /// <summary>A poll that brings new events on one page, without its batches: the lease and the commit.</summary>
    public static readonly StorageCounts BusyPoll = new(TableReads: 1, TableWrites: 2);

    /// <summary>Every further page with new events: its commit.</summary>
    public static readonly StorageCounts FurtherPage = new(TableWrites: 1);

    /// <summary>The one small batch of an ordinary poll, for one destination, delivered by the fetch: the mark in the ledger.</summary>
    public static readonly StorageCounts DirectBatch = new(TableWrites: 1);

    /// <summary>Any other batch for one destination, whose body fits into its message: the message, then the claim and the mark in the ledger.</summary>
    public static readonly StorageCounts Batch = new(TableWrites: 2, QueueWrites: 1);

    /// <summary>What a batch asks more whose body does not fit.</summary>
    public static readonly StorageCounts BlobBody = new(BlobReads: 1, BlobWrites: 1, BlobDeletes: 1);

    /// <summary>
    /// A process writes down what waits for a destination, every 5 minutes (or when it has sent 64 batches more than it got done). Measured where a tick
    /// had corrected the count meanwhile; otherwise it is one write.
    /// </summary>
    public static readonly StorageCounts BacklogWrite = new(TableReads: 1, TableWrites: 2);

    /// <summary>The daily sweep when there is nothing to remove: ledger, checkpoints, destinations and their records; containers.</summary>
    public static readonly StorageCounts DailySweep = new(TableReads: 4, BlobLists: 2);

    /// <summary>How many rows table storage lists at once.</summary>
    public const int RowsPerPage = 1_000;

    /// <summary>How many ledger rows the sweep removes with one request. A request takes 100 of one day and destination.</summary>
    public const int RowsPerSweepRequest = 100;
}
