using AuditFunctions.Configuration;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>The laws of windows, on generated timings, vendors and clocks.</summary>
public sealed class WindowPlannerTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Mark_never_moves_back_and_never_beyond_the_window() => Law.ForSeeds(2_000, random =>
    {
        var at = Start + Some(random, TimeSpan.FromDays(3));
        var window = new WindowInProgress(at, at + Some(random, TimeSpan.FromDays(2)), at, random.Next(4) == 0 ? null : at + Some(random, TimeSpan.FromDays(9)) - TimeSpan.FromDays(3));
        DateTimeOffset? mark = random.Next(4) == 0 ? null : at + Some(random, TimeSpan.FromDays(4)) - TimeSpan.FromDays(2);
        var progress = random.Next(2) == 0 ? ProgressKind.Window : ProgressKind.Cursor;
        var now = window.ToAt + Some(random, TimeSpan.FromHours(1));

        var after = WindowPlanner.MarkAfter(mark, window, progress, now);

        Assert.True(mark is null || after >= mark, $"moved back from {mark:O} to {after:O}");
        Assert.True(after == mark || after <= (progress == ProgressKind.Window ? window.ToAt : now), $"{after:O} is in the future");
        Assert.True(window.NewestAt is not null || after == mark, "an empty window moved the mark");
        if (window.NewestAt is { } newest && newest <= window.ToAt)
        {
            Assert.True(after >= newest, "an event that was seen is beyond the mark");
        }
    });

    [Fact]
    public void Window_starts_at_the_mark_less_the_overlap_or_one_grain_whatever_the_clock_says() => Law.ForSeeds(2_000, random =>
    {
        var timing = SomeTiming(random) with { MaxWindow = null, Retention = null };
        var mark = Start + Some(random, TimeSpan.FromDays(1));
        var now = mark + timing.Lag + TimeSpan.FromTicks(1) + Some(random, TimeSpan.FromDays(300));
        var window = WindowPlanner.Next(new Checkpoint { MarkAt = mark }, timing, ProgressKind.Window, now)!.Window;
        var grain = timing.Granularity > TimeSpan.FromSeconds(1) ? timing.Granularity : TimeSpan.FromSeconds(1);
        var from = mark - (timing.Overlap > grain ? timing.Overlap : grain);
        from = timing.Granularity == TimeSpan.Zero ? from : new DateTimeOffset(from.UtcTicks - (from.UtcTicks % timing.Granularity.Ticks), TimeSpan.Zero);
        Assert.Equal((from, now - timing.Lag), (window.FromAt, window.ToAt));
    });

    [Fact]
    public void Resumed_window_keeps_its_bounds_and_cursor() => Law.ForSeeds(500, random =>
    {
        var open = new WindowInProgress(Start, Start + Some(random, TimeSpan.FromDays(2)), Start, null);
        var checkpoint = new Checkpoint { MarkAt = Start, Window = open, Cursor = "c" };
        var planned = WindowPlanner.Next(checkpoint, SomeTiming(random), ProgressKind.Window, Start + Some(random, TimeSpan.FromDays(20)));
        Assert.Equal((open, "c"), (planned!.Window, planned.Cursor));
    });

    /// <summary>Polls at generated times against a vendor with generated events: drained windows leave no gap, and every poll comes to its end.</summary>
    [Fact]
    public void Drained_windows_tile_time_without_gaps() => Law.ForSeeds(2_000, random =>
    {
        var timing = SomeTiming(random);
        var now = Start + timing.Lag + TimeSpan.FromMinutes(1 + random.Next(60));
        var checkpoint = new Checkpoint();
        DateTimeOffset? readTo = null;
        for (var poll = 0; poll < 8; poll++)
        {
            for (var windows = 0; WindowPlanner.Next(checkpoint, timing, ProgressKind.Window, now) is { } planned; windows++)
            {
                Assert.True(windows < 10_000, "no window gets beyond the mark");
                var window = planned.Window;
                var oldestKept = timing.Retention is { } kept ? now - kept : Start.AddYears(-50);
                var earliest = WindowPlanner.EarliestOf(timing, now) ?? oldestKept;
                Assert.True(readTo is null || window.FromAt <= readTo || window.FromAt <= earliest, $"a gap from {readTo:O} to {window.FromAt:O}");
                Assert.True(timing.MaxWindow is null || window.ToAt - window.FromAt <= timing.MaxWindow, "longer than the vendor takes");
                Assert.True(window.ToAt <= now - timing.Lag, "newer than the lag allows");
                Assert.True(window.FromAt >= oldestKept, "older than the vendor keeps");
                readTo = readTo > window.ToAt ? readTo : window.ToAt;
                window = window with { NewestAt = random.Next(3) == 0 ? null : window.FromAt + Some(random, window.ToAt - window.FromAt) };
                checkpoint = Drained(checkpoint, planned with { Window = window }, timing, now);
                if (!planned.IsTruncated)
                {
                    break;
                }
            }

            now += TimeSpan.FromSeconds(random.Next(1, 200_000));
        }
    });

    [Theory]
    [InlineData("7d", "0s", "2026-11-19T07:00:01Z")]      // five minutes, rounded up to a second
    [InlineData("7d", "1m", "2026-11-19T07:01:00Z")]      // rounding down would ask for what the vendor refuses
    [InlineData("7d", "1d", "2026-11-20T00:00:00Z")]
    [InlineData("1h", "1s", "2026-11-26T05:58:01Z")]      // a twentieth of a short retention
    public void The_first_window_stays_inside_what_the_vendor_keeps(string retention, string granularity, string expected)
    {
        var timing = SomeTiming(new Random(1)) with
        {
            Retention = Durations.TryParse(retention, out var kept) ? kept : null,
            Granularity = Durations.TryParse(granularity, out var grain) ? grain : default,
            Lookback = TimeSpan.FromDays(30),
            Since = null,
            MaxWindow = null,
        };
        var now = new DateTimeOffset(2026, 11, 26, 6, 55, 0, 500, TimeSpan.Zero);
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), WindowPlanner.EarliestOf(timing, now));
        Assert.Equal(WindowPlanner.EarliestOf(timing, now), WindowPlanner.StartOf(new Checkpoint(), timing, now));
    }

    [Fact]
    public void Until_an_event_is_seen_windows_start_where_the_very_first_did() => Law.ForSeeds(500, random =>
    {
        var timing = SomeTiming(random) with { Retention = null };
        var first = WindowPlanner.Next(new Checkpoint(), timing, ProgressKind.Window, Start)!.Window;
        var anchored = WindowPlanner.Anchored(new Checkpoint(), timing, Start);
        var later = WindowPlanner.Next(anchored, timing, ProgressKind.Window, Start + Some(random, TimeSpan.FromDays(90)))!.Window;
        Assert.Equal(first.FromAt, later.FromAt);
    });

    private static Checkpoint Drained(Checkpoint checkpoint, PlannedWindow planned, TimingDefinition timing, DateTimeOffset now) =>
        WindowPlanner.Anchored(
            checkpoint with
            {
                MarkAt = WindowPlanner.MarkAfter(checkpoint.MarkAt, planned.Window, ProgressKind.Window, now),
                ReadToAt = planned.IsTruncated ? planned.Window.ToAt : checkpoint.ReadToAt,
            },
            timing,
            now);

    private static TimingDefinition SomeTiming(Random random) => new()
    {
        Interval = TimeSpan.FromMinutes(5),
        Lag = TimeSpan.FromSeconds(random.Next(3) * random.Next(600)),
        Overlap = TimeSpan.FromSeconds(random.Next(3) * random.Next(3_600)),
        Lookback = TimeSpan.FromMinutes(random.Next(30, 3_000)),
        MaxWindow = random.Next(2) == 0 ? null : TimeSpan.FromMinutes(random.Next(1, 600)),
        Retention = random.Next(3) == 0 ? TimeSpan.FromHours(random.Next(24, 200)) : null,
        Granularity = random.Next(4) switch { 0 => TimeSpan.FromSeconds(1), 1 => TimeSpan.FromMinutes(1), 2 => TimeSpan.FromMinutes(15), _ => TimeSpan.Zero },
        PageSize = 100,
        RequestInterval = TimeSpan.Zero,
        RequestTimeout = TimeSpan.FromSeconds(60),
    };

    private static TimeSpan Some(Random random, TimeSpan most) => TimeSpan.FromTicks((long)(random.NextDouble() * most.Ticks));
}
