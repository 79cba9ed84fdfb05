using System.Globalization;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads <c>timing</c> and <c>limits</c>, and the columns of a row that override them.</summary>
internal static class TimingReader
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(366);

    /// <summary>Reads both maps.</summary>
    public static TimingDefinition Read(SettingReader reader, RowColumns columns, SettingMap none, ProgressKind progress)
    {
        var timing = reader.Map("timing") ?? new SettingReader(none, "timing", reader.Problems);
        var limits = reader.Map("limits") ?? new SettingReader(none, "limits", reader.Problems);
        var maxPageSize = limits.Integer("maxPageSize", 1, 1_000_000) ?? 100_000;
        var read = new TimingDefinition
        {
            Interval = Over(
                columns.Duration(SourceColumns.Interval, TimeSpan.FromSeconds(10), TimeSpan.FromDays(7)),
                timing.Duration("interval", TimeSpan.FromSeconds(10), TimeSpan.FromDays(7))) ?? (progress == ProgressKind.Listing ? TimeSpan.FromDays(1) : TimeSpan.FromMinutes(5)),
            Lag = Over(
                columns.Duration(SourceColumns.Lag, TimeSpan.Zero, TimeSpan.FromDays(7)),
                timing.Duration("lag", TimeSpan.Zero, TimeSpan.FromDays(7))) ?? TimeSpan.Zero,
            Overlap = Over(
                columns.Duration(SourceColumns.Overlap, TimeSpan.Zero, TimeSpan.FromDays(7)),
                timing.Duration("overlap", TimeSpan.Zero, TimeSpan.FromDays(7))) ?? TimeSpan.FromMinutes(5),
            Lookback = Over(
                columns.Duration(SourceColumns.Lookback, TimeSpan.Zero, 10 * Year),
                timing.Duration("lookback", TimeSpan.Zero, 10 * Year)) ?? TimeSpan.FromDays(1),
            Since = columns.Instant(SourceColumns.Since),
            MaxWindow = timing.Duration("maxWindow", TimeSpan.FromMinutes(1), Year),
            IsWithinDay = timing.Flag("withinDay") ?? false,
            Retention = timing.Duration("retention", TimeSpan.FromMinutes(1), 10 * Year),
            Granularity = timing.Duration("granularity", TimeSpan.Zero, TimeSpan.FromDays(1)) ?? TimeSpan.Zero,
            ExpectEvery = Over(
                columns.Duration(SourceColumns.ExpectEvery, TimeSpan.FromMinutes(1), Year),
                timing.Duration("expectEvery", TimeSpan.FromMinutes(1), Year)),
            PageSize = Over(
                columns.Integer(SourceColumns.PageSize, 1, maxPageSize),
                limits.Integer("pageSize", 1, maxPageSize)) ?? 100,
            RequestInterval = limits.Duration("requestInterval", TimeSpan.Zero, TimeSpan.FromMinutes(5)) ?? TimeSpan.Zero,
            RequestEvery = RequestEvery(limits),
            RequestTimeout = limits.Duration("requestTimeout", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)) ?? TimeSpan.FromSeconds(60),
        };
        read = read with { Tiers = TierReader.Read(timing, columns, read.Retention, progress) };
        if (progress == ProgressKind.Listing)
        {
            SnapshotReader.CheckTiming(timing, columns);
        }

        timing.Finish();
        limits.Finish();
        return read;
    }

    // "600/m": so many requests in a second, minute or hour, evenly spaced.
    private static TimeSpan RequestEvery(SettingReader limits)
    {
        if (limits.Text("requests") is not { } text)
        {
            return TimeSpan.Zero;
        }

        string[] parts = text.Split('/');
        TimeSpan? unit = parts is [_, var word] ? word switch { "s" => TimeSpan.FromSeconds(1), "m" => TimeSpan.FromMinutes(1), "h" => TimeSpan.FromHours(1), _ => null } : null;
        if (unit is { } known && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 1_000_000)
        {
            return known / count;
        }

        limits.Problems.Add(limits.At("requests"), $"is '{text}'; allowed: a number of requests in a second, minute or hour, such as 10/s, 600/m or 1000/h.");
        return TimeSpan.Zero;
    }

    // Both are always read, so that a template's key is known also where the row overrides it.
    private static T? Over<T>(T? row, T? template)
        where T : struct => row ?? template;
}
