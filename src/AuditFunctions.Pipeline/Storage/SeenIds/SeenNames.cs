using System.Globalization;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Sources;

namespace AuditFunctions.Pipeline.Storage.SeenIds;

/// <summary>Names of the blobs that hold segments of ids: <c>{source}/{partition}/{epoch}/{segment}</c>.</summary>
internal static class SeenNames
{
    private const string HourFormat = "yyyyMMddHH";
    private const string UntimedStart = "untimed-";

    /// <summary>Twice the longest interval: an event without a time that is listed at every poll is found that long after it was last put down.</summary>
    public static readonly TimeSpan LongestUntimedGap = TimeSpan.FromDays(14);

    /// <summary>The segment of the events of an hour.</summary>
    public static string Hour(uint seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime.ToString(HourFormat, CultureInfo.InvariantCulture);

    /// <summary>The segment of the events without a time that left the row on a day.</summary>
    public static string Untimed(DateTimeOffset day) => UntimedStart + day.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>A blob's name.</summary>
    public static string Of(PartitionId partition, string epoch, string segment) => FolderOf(partition, epoch) + segment;

    /// <summary>What the names of a source's blobs start with.</summary>
    public static string FolderOf(string source) => $"{source}/";

    /// <summary>What the names of a partition's blobs start with.</summary>
    public static string FolderOf(PartitionId partition, string epoch) => $"{FolderOf(partition.Source)}{StoredName.Encode(partition.Partition)}/{epoch}/";

    /// <summary>The instant up to which a segment may be asked for; null when its name does not say.</summary>
    public static DateTimeOffset? EndOf(string segment)
    {
        var isDay = segment.StartsWith(UntimedStart, StringComparison.Ordinal);
        var text = isDay ? segment[UntimedStart.Length..] + "00" : segment;
        return DateTimeOffset.TryParseExact(text, HourFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start) && start.Year < 9999
            ? isDay ? start.AddDays(1) + LongestUntimedGap : start.AddHours(1)
            : null;
    }
}
