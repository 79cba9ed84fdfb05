using System.Globalization;
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
        "PartitionKey", "RowKey", "Timestamp", "MarkAt", "ReadToAt", "WindowFromAt", "WindowToAt", "WindowOpenedAt", "WindowNewestAt",
        "WindowProvedAt", "SplitFromAt", "SplitToAt", "SplitTicks", "Cursor", "LeaseOwner", "LeaseUntil", "WriteId",
        "LastPollAt", "LastFetchAt", "FirstPollAt", "Events", "Batches", "Failures", "FailingSinceAt", "Failure", "LastError", "KeptPage", "NextPollAt",
        "NeedsAttention", "FailedDefinition", "PageSize",
        "TiersRead", "SweepTier", "SweepStartedAt", "SweepToAt", "SliceFromAt", "SliceToAt", "SliceOpenedAt", "SliceCursor", "SliceTicks",
        "RememberedFromAt", "SeenEpoch", "SeenBlocks", "SeenFromAt", "SeenToAt", "SeenUntimedAt",
    ];

    /// <summary>The recent ids of a row that was read with all its columns.</summary>
    public static RecentIds ReadIds(TableEntity row)
    {
        var ids = new RecentIds();
        for (var chunk = 0; chunk < RecentIds.MaxChunks; chunk++)
        {
            if (row.GetBinary(ColumnOf(chunk)) is { } column)
            {
                ids.Load(chunk, column, row.GetBinary(TagColumnOf(chunk)));
            }
        }

        return ids;
    }

    /// <summary>The column of a chunk of recent ids.</summary>
    public static string ColumnOf(int chunk) => string.Create(CultureInfo.InvariantCulture, $"Ids{chunk:00}");

    /// <summary>The column of the tags beside them.</summary>
    public static string TagColumnOf(int chunk) => string.Create(CultureInfo.InvariantCulture, $"Tags{chunk:00}");

    /// <summary>Reads a row, without its recent ids.</summary>
    public static Checkpoint Read(TableEntity row) => new()
    {
        MarkAt = row.GetDateTimeOffset("MarkAt"),
        ReadToAt = row.GetDateTimeOffset("ReadToAt"),
        Window = row.GetDateTimeOffset("WindowOpenedAt") is { } openedAt && openedAt > DateTimeOffset.UnixEpoch
            ? new WindowInProgress(
                row.GetDateTimeOffset("WindowFromAt")!.Value,
                row.GetDateTimeOffset("WindowToAt")!.Value,
                openedAt,
                Known(row, "WindowNewestAt"))
            {
                ProvedAt = Known(row, "WindowProvedAt"),
            }
            : null,
        Split = ReadSplit(row),
        Cursor = Text(row, "Cursor"),
        TiersRead = Text(row, "TiersRead"),
        Sweep = ReadSweep(row),
        RememberedFromAt = row.GetDateTimeOffset("RememberedFromAt"),
        Seen = ReadSeen(row),
        LeaseOwner = Text(row, "LeaseOwner"),
        LeaseUntil = row.GetDateTimeOffset("LeaseUntil"),
        WriteId = row.GetString("WriteId") ?? "",
        ETag = row.ETag,
        Status = new PartitionStatus
        {
            LastPollAt = row.GetDateTimeOffset("LastPollAt"),
            LastFetchAt = row.GetDateTimeOffset("LastFetchAt"),
            FirstPollAt = row.GetDateTimeOffset("FirstPollAt"),
            Events = row.GetInt64("Events") ?? 0,
            Batches = row.GetInt64("Batches") ?? 0,
            Failures = row.GetInt32("Failures") ?? 0,
            FailingSinceAt = Known(row, "FailingSinceAt"),
            Failure = FailureOf(row),
            LastError = Text(row, "LastError"),
            KeptPage = Text(row, "KeptPage"),
            NextPollAt = Known(row, "NextPollAt"),
            NeedsAttention = row.GetBoolean("NeedsAttention") ?? false,
            FailedDefinition = Text(row, "FailedDefinition"),
            PageSize = row.GetInt32("PageSize") is > 0 and var size ? size : null,
        },
    };

    /// <summary>The row, with the chunks of recent ids that changed.</summary>
    public static TableEntity Write(PartitionId partition, Checkpoint checkpoint, RecentIds? ids)
    {
        var entity = new TableEntity(partition.Source, partition.Partition)
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
            ["KeptPage"] = checkpoint.Status.KeptPage ?? "",
            ["FailedDefinition"] = checkpoint.Status.FailedDefinition ?? "",
            ["NeedsAttention"] = checkpoint.Status.NeedsAttention,
            ["PageSize"] = checkpoint.Status.PageSize ?? 0,
            ["NextPollAt"] = checkpoint.Status.NextPollAt ?? DateTimeOffset.UnixEpoch,
        };
        WriteSweep(entity, checkpoint);
        WriteSeen(entity, checkpoint.Seen);
        Set(entity, "RememberedFromAt", checkpoint.RememberedFromAt);
        Set(entity, "MarkAt", checkpoint.MarkAt);
        Set(entity, "ReadToAt", checkpoint.ReadToAt);
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

    private static WindowSplit? ReadSplit(TableEntity row) =>
        Known(row, "SplitFromAt") is { } from && Known(row, "SplitToAt") is { } to && row.GetInt64("SplitTicks") is > 0 and var ticks
            ? new WindowSplit(from, to, TimeSpan.FromTicks(ticks))
            : null;

    // A row of before has no kind, and one of a newer version may have a kind that is not known here.
    private static FailureKind FailureOf(TableEntity row) =>
        Enum.TryParse<FailureKind>(Text(row, "Failure"), out var kind) && Enum.IsDefined(kind) ? kind
        : row.GetInt32("Failures") is not > 0 ? FailureKind.None
        : row.GetBoolean("NeedsAttention") == true ? FailureKind.Refused
        : FailureKind.Failed;

    private static TierSweep? ReadSweep(TableEntity row) => Text(row, "SweepTier") is not { } tier
        ? null
        : new TierSweep(
            tier,
            row.GetDateTimeOffset("SweepStartedAt")!.Value,
            row.GetDateTimeOffset("SweepToAt")!.Value,
            Known(row, "SliceOpenedAt") is { } openedAt
                ? new WindowInProgress(row.GetDateTimeOffset("SliceFromAt")!.Value, row.GetDateTimeOffset("SliceToAt")!.Value, openedAt, null)
                : null,
            Text(row, "SliceCursor"))
        {
            Longest = row.GetInt64("SliceTicks") is > 0 and var ticks ? TimeSpan.FromTicks(ticks) : null,
        };

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

    private static SeenIndex? ReadSeen(TableEntity row) => Text(row, "SeenEpoch") is not { } epoch
        ? null
        : new SeenIndex(
            epoch,
            row.GetInt64("SeenBlocks") ?? 0,
            row.GetDateTimeOffset("SeenFromAt")!.Value,
            row.GetDateTimeOffset("SeenToAt")!.Value,
            Known(row, "SeenUntimedAt"));

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

    private static void Set(TableEntity entity, string column, DateTimeOffset? instant)
    {
        if (instant is { } known)
        {
            entity[column] = known;
        }
    }

    private static DateTimeOffset? Known(TableEntity row, string column) =>
        row.GetDateTimeOffset(column) is { } instant && instant > DateTimeOffset.UnixEpoch ? instant : null;

    private static string? Text(TableEntity row, string column) => row.GetString(column) is { Length: > 0 } text ? text : null;
}
