using System.Globalization;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using Azure.Data.Tables;

namespace AuditFunctions.Pipeline.Storage.Checkpoints;

/// <summary>A checkpoint as a row of its table. A merge cannot remove a column: an empty text and the year 1970 stand for nothing.</summary>
internal static class CheckpointRow
{
    /// <summary>Every column but those of the recent ids.</summary>
    public static readonly string[] Columns =
    [
        "PartitionKey", "RowKey", "Timestamp", "Partition", "MarkAt", "ReadToAt", "WindowFromAt", "WindowToAt", "WindowOpenedAt", "WindowNewestAt",
        "WindowProvedAt", "WindowLookups", "SliceLookups", "SplitFromAt", "SplitToAt", "SplitTicks", "Cursor", "LeaseOwner", "LeaseUntil", "WriteId",
        "LastPollAt", "LastFetchAt", "FirstPollAt", "Events", "Batches", "Dropped", "Failures", "FailingSinceAt", "Failure", "LastError", "Doubt", "KeptPage", "NextPollAt",
        "NeedsAttention", "FailedDefinition", "PageSize",
        "TiersRead", "SweepTier", "SweepStartedAt", "SweepToAt", "SliceFromAt", "SliceToAt", "SliceOpenedAt", "SliceCursor", "SliceTicks",
        "RememberedFromAt", "SeenEpoch", "SeenBlocks", "SeenFromAt", "SeenToAt", "SeenUntimedAt", "GoneAt",
        "CaughtUpAt", "KeptFromAt", "GapFromAt", "GapToAt", "GapFoundAt",
        .. ListingColumns.All,
    ];

    // Without one of these a partition would start over, or send again what lies in segments: somebody has to look.
    private static readonly string[] Essential = ["MarkAt", "ReadToAt", "RememberedFromAt", "SeenEpoch", "SeenBlocks", "SeenFromAt", "SeenToAt"];

    /// <summary>The recent ids of a row that was read with all its columns. A column that holds no ids of the product says nothing.</summary>
    public static RecentIds ReadIds(TableEntity entity)
    {
        var row = new StoredRow(entity);
        var ids = new RecentIds();
        for (var chunk = 0; chunk < RecentIds.MaxChunks; chunk++)
        {
            if (row.Bytes(ColumnOf(chunk)) is { Length: > 0 } column)
            {
                ids.Load(chunk, column, row.Bytes(TagColumnOf(chunk)));
            }
        }

        return ids;
    }

    /// <summary>The row's key: a partition's key may hold anything.</summary>
    public static string KeyOf(PartitionId partition) => StoredName.Encode(partition.Partition);

    /// <summary>The partition of a row. What says another key than its own is somebody's mistake, and stands for its key.</summary>
    public static PartitionId PartitionOf(TableEntity row) =>
        new StoredRow(row).Text("Partition") is { } partition && StoredName.Encode(partition) == row.RowKey
            ? new PartitionId(row.PartitionKey, partition)
            : new PartitionId(row.PartitionKey, row.RowKey);

    /// <summary>The column of a chunk of recent ids.</summary>
    public static string ColumnOf(int chunk) => string.Create(CultureInfo.InvariantCulture, $"Ids{chunk:00}");

    /// <summary>The column of the tags beside them.</summary>
    public static string TagColumnOf(int chunk) => string.Create(CultureInfo.InvariantCulture, $"Tags{chunk:00}");

    /// <summary>Reads a row, without its recent ids. What is not essential and cannot be read is as if it were not there.</summary>
    public static Checkpoint Read(TableEntity entity)
    {
        var row = new StoredRow(entity);
        var window = ReadWindow(row, "Window");
        var checkpoint = new Checkpoint
        {
            MarkAt = row.Instant("MarkAt"),
            ReadToAt = row.Instant("ReadToAt"),
            CaughtUpAt = row.Known("CaughtUpAt"),
            KeptFromAt = row.Known("KeptFromAt"),
            Gap = ReadGap(row),
            Window = window is null ? null : window with { NewestAt = row.Known("WindowNewestAt"), ProvedAt = row.Known("WindowProvedAt"), Lookups = row.Text("WindowLookups") },
            Split = ReadSplit(row),
            Cursor = row.Text("Cursor"),
            TiersRead = row.Text("TiersRead"),
            Sweep = ReadSweep(row),
            RememberedFromAt = row.Instant("RememberedFromAt"),
            Seen = ReadSeen(row),
            Listing = ListingColumns.ReadProgress(row),
            LastListing = ListingColumns.ReadLast(row),
            HasListings = ListingColumns.AreIn(entity),
            GoneAt = row.Known("GoneAt"),
            LeaseOwner = row.Text("LeaseOwner"),
            LeaseUntil = row.Instant("LeaseUntil"),
            WriteId = row.Text("WriteId") ?? "",
            HasLookups = entity.TryGetValue("WindowLookups", out var lookups) && lookups is not null,
            ETag = entity.ETag,
            Status = ReadStatus(row),
        };
        return row.Unreadable.FirstOrDefault(Essential.Contains) is { } column ? checkpoint with { UnreadableColumn = column } : checkpoint;
    }

    /// <summary>The row, with the chunks of recent ids that changed.</summary>
    public static TableEntity Write(PartitionId partition, Checkpoint checkpoint, RecentIds? ids)
    {
        var entity = new TableEntity(partition.Source, KeyOf(partition))
        {
            ["Cursor"] = checkpoint.Cursor ?? "",
            ["LeaseOwner"] = checkpoint.LeaseOwner ?? "",
            ["LeaseUntil"] = checkpoint.LeaseUntil ?? DateTimeOffset.UnixEpoch,
            ["WriteId"] = checkpoint.WriteId,
            ["WindowOpenedAt"] = checkpoint.Window?.OpenedAt ?? DateTimeOffset.UnixEpoch,
            ["WindowFromAt"] = checkpoint.Window?.FromAt ?? DateTimeOffset.UnixEpoch,
            ["WindowToAt"] = checkpoint.Window?.ToAt ?? DateTimeOffset.UnixEpoch,
            ["WindowNewestAt"] = checkpoint.Window?.NewestAt ?? DateTimeOffset.UnixEpoch,
            ["WindowProvedAt"] = checkpoint.Window?.ProvedAt ?? DateTimeOffset.UnixEpoch,
            ["SplitFromAt"] = checkpoint.Split?.FromAt ?? DateTimeOffset.UnixEpoch,
            ["SplitToAt"] = checkpoint.Split?.ToAt ?? DateTimeOffset.UnixEpoch,
            ["SplitTicks"] = checkpoint.Split?.Length.Ticks ?? 0L,
            ["Events"] = checkpoint.Status.Events,
            ["Batches"] = checkpoint.Status.Batches,
            ["Failures"] = checkpoint.Status.Failures,
            ["FailingSinceAt"] = checkpoint.Status.FailingSinceAt ?? DateTimeOffset.UnixEpoch,
            ["Failure"] = checkpoint.Status.Failure == FailureKind.None ? "" : checkpoint.Status.Failure.ToString(),
            ["LastError"] = checkpoint.Status.LastError ?? "",
            ["Doubt"] = checkpoint.Status.Doubt ?? "",
            ["KeptPage"] = checkpoint.Status.KeptPage ?? "",
            ["FailedDefinition"] = checkpoint.Status.FailedDefinition ?? "",
            ["NeedsAttention"] = checkpoint.Status.NeedsAttention,
            ["PageSize"] = checkpoint.Status.PageSize ?? 0,
            ["NextPollAt"] = checkpoint.Status.NextPollAt ?? DateTimeOffset.UnixEpoch,
        };
        if (partition.Partition != PartitionId.Single)
        {
            entity["GoneAt"] = checkpoint.GoneAt ?? DateTimeOffset.UnixEpoch;
        }

        if (entity.RowKey != partition.Partition)
        {
            entity["Partition"] = partition.Partition;
        }

        WriteSweep(entity, checkpoint);
        WriteLookups(entity, checkpoint);
        if (!checkpoint.Status.Dropped.IsNone)
        {
            entity["Dropped"] = checkpoint.Status.Dropped.ToString();
        }

        ListingColumns.Write(entity, checkpoint);
        WriteSeen(entity, checkpoint.Seen);
        Set(entity, "RememberedFromAt", checkpoint.RememberedFromAt);
        Set(entity, "MarkAt", checkpoint.MarkAt);
        Set(entity, "ReadToAt", checkpoint.ReadToAt);
        Set(entity, "CaughtUpAt", checkpoint.CaughtUpAt);
        Set(entity, "KeptFromAt", checkpoint.KeptFromAt);
        Set(entity, "GapFromAt", checkpoint.Gap?.FromAt);
        Set(entity, "GapToAt", checkpoint.Gap?.ToAt);
        Set(entity, "GapFoundAt", checkpoint.Gap?.FoundAt);
        Set(entity, "LastPollAt", checkpoint.Status.LastPollAt);
        Set(entity, "LastFetchAt", checkpoint.Status.LastFetchAt);
        Set(entity, "FirstPollAt", checkpoint.Status.FirstPollAt);
        for (var chunk = 0; ids is not null && chunk < RecentIds.MaxChunks; chunk++)
        {
            if (ids.IsChanged(chunk))
            {
                var column = ids.Column(chunk);
                entity[ColumnOf(chunk)] = column;
                entity[TagColumnOf(chunk)] = ids.Tags(chunk, column);
            }
        }

        return entity;
    }

    private static PartitionStatus ReadStatus(StoredRow row)
    {
        var failures = row.Count("Failures") ?? 0;
        var needsAttention = row.Flag("NeedsAttention") ?? false;
        return new PartitionStatus
        {
            LastPollAt = row.Instant("LastPollAt"),
            LastFetchAt = row.Instant("LastFetchAt"),
            FirstPollAt = row.Instant("FirstPollAt"),
            Events = row.Number("Events") ?? 0,
            Batches = row.Number("Batches") ?? 0,
            Dropped = DroppedEvents.Read(row.Text("Dropped")),
            Failures = failures,
            FailingSinceAt = row.Known("FailingSinceAt"),

            // A row of before has no kind, and one of a newer version may have a kind that is not known here.
            Failure = Enum.TryParse<FailureKind>(row.Text("Failure"), out var kind) && Enum.IsDefined(kind) ? kind
                : failures == 0 ? FailureKind.None
                : needsAttention ? FailureKind.Refused
                : FailureKind.Failed,
            LastError = row.Text("LastError"),
            Doubt = row.Text("Doubt"),
            KeptPage = row.Text("KeptPage"),
            NextPollAt = row.Known("NextPollAt"),
            NeedsAttention = needsAttention,
            FailedDefinition = row.Text("FailedDefinition"),
            PageSize = row.Count("PageSize") is > 0 and var size ? size : null,
        };
    }

    // One that is not whole does not count: it starts again.
    private static WindowInProgress? ReadWindow(StoredRow row, string name) =>
        row.Known(name + "OpenedAt") is { } openedAt && row.Instant(name + "FromAt") is { } from && row.Instant(name + "ToAt") is { } to && from <= to
            ? new WindowInProgress(from, to, openedAt, null)
            : null;

    private static Gap? ReadGap(StoredRow row) =>
        row.Known("GapFromAt") is { } from && row.Known("GapToAt") is { } to && row.Known("GapFoundAt") is { } found ? new Gap(from, to, found) : null;

    private static WindowSplit? ReadSplit(StoredRow row) =>
        row.Known("SplitFromAt") is { } from && row.Known("SplitToAt") is { } to && from < to && row.Number("SplitTicks") is > 0 and var ticks
            ? new WindowSplit(from, to, TimeSpan.FromTicks(ticks))
            : null;

    private static TierSweep? ReadSweep(StoredRow row) =>
        row.Text("SweepTier") is { } tier && row.Instant("SweepStartedAt") is { } startedAt && row.Instant("SweepToAt") is { } to
            ? new TierSweep(tier, startedAt, to, ReadWindow(row, "Slice") is { } slice ? slice with { Lookups = row.Text("SliceLookups") } : null, row.Text("SliceCursor"))
            {
                Longest = row.Number("SliceTicks") is > 0 and var ticks ? TimeSpan.FromTicks(ticks) : null,
            }
            : null;

    private static void WriteSweep(TableEntity entity, Checkpoint checkpoint)
    {
        entity["TiersRead"] = checkpoint.TiersRead ?? "";
        entity["SweepTier"] = checkpoint.Sweep?.Tier ?? "";
        if (checkpoint.Sweep is { } sweep)
        {
            entity["SweepStartedAt"] = sweep.StartedAt;
            entity["SweepToAt"] = sweep.ToAt;
            entity["SliceOpenedAt"] = sweep.Slice?.OpenedAt ?? DateTimeOffset.UnixEpoch;
            entity["SliceFromAt"] = sweep.Slice?.FromAt ?? DateTimeOffset.UnixEpoch;
            entity["SliceToAt"] = sweep.Slice?.ToAt ?? DateTimeOffset.UnixEpoch;
            entity["SliceCursor"] = sweep.Cursor ?? "";
            entity["SliceTicks"] = sweep.Longest?.Ticks ?? 0L;
        }
    }

    private static SeenIndex? ReadSeen(StoredRow row) =>
        row.Text("SeenEpoch") is { } epoch && row.Instant("SeenFromAt") is { } from && row.Instant("SeenToAt") is { } to
            ? new SeenIndex(epoch, row.Number("SeenBlocks") ?? 0, from, to, row.Known("SeenUntimedAt"))
            : null;

    private static void WriteSeen(TableEntity entity, SeenIndex? seen)
    {
        if (seen is not null)
        {
            entity["SeenEpoch"] = seen.Epoch;
            entity["SeenBlocks"] = seen.Blocks;
            entity["SeenFromAt"] = seen.FromAt;
            entity["SeenToAt"] = seen.ToAt;
            Set(entity, "SeenUntimedAt", seen.UntimedAt);
        }
    }

    private static void WriteLookups(TableEntity entity, Checkpoint checkpoint)
    {
        // Rows of sources without lookup files never have the columns.
        if (checkpoint.HasLookups)
        {
            entity["WindowLookups"] = checkpoint.Window?.Lookups ?? "";
            entity["SliceLookups"] = checkpoint.Sweep?.Slice?.Lookups ?? "";
        }
    }

    private static void Set(TableEntity entity, string column, DateTimeOffset? instant)
    {
        if (instant is { } known)
        {
            entity[column] = known;
        }
    }
}
