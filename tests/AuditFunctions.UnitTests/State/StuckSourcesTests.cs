using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.SelfHosting;
using AuditFunctions.Sources;

namespace AuditFunctions.Tests.State;

/// <summary>A run that is to end by itself does not wait for a source that fails and gets no further, whatever it tries.</summary>
public sealed class StuckSourcesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly PartitionId Partition = new("acme", PartitionId.Single);
    private static readonly Checkpoint Failing = new() { Status = new PartitionStatus { Failures = 1, Events = 7 }, MarkAt = Start, ReadToAt = Start };

    [Fact]
    public void One_that_reads_its_window_again_in_ever_shorter_parts_is_stuck() =>
        Assert.Equal(90, StuckAfter(second => Failing with { Split = new WindowSplit(Start, Start.AddDays(1), TimeSpan.FromDays(1) / (second + 1)) }));

    [Fact]
    public void One_that_drops_its_parts_and_takes_them_up_again_is_stuck() =>
        Assert.Equal(90, StuckAfter(second => Failing with { Split = second % 2 == 0 ? new WindowSplit(Start, Start.AddDays(1), TimeSpan.FromHours(1)) : null }));

    [Fact]
    public void One_whose_window_starts_again_and_later_with_the_clock_is_stuck() =>
        Assert.Equal(90, StuckAfter(second => Failing with { Window = new WindowInProgress(Start.AddSeconds(second), Start.AddDays(1), Start, null) }));

    [Fact]
    public void One_whose_cursor_changes_is_stuck() => Assert.Equal(90, StuckAfter(second => Failing with { Cursor = $"c{second}" }));

    [Fact]
    public void One_that_reads_part_after_part_is_not() =>
        Assert.Null(StuckAfter(second => Failing with { Split = new WindowSplit(Start.AddMinutes(second), Start.AddDays(9), TimeSpan.FromMinutes(1)) }));

    [Fact]
    public void One_that_reads_window_after_window_is_not() => Assert.Null(StuckAfter(second => Failing with { ReadToAt = Start.AddMinutes(second) }));

    [Fact]
    public void One_that_brings_events_is_not() => Assert.Null(StuckAfter(second => Failing with { Status = Failing.Status with { Events = second } }));

    [Fact]
    public void One_that_does_not_fail_is_not() => Assert.Null(StuckAfter(_ => Failing with { Status = Failing.Status with { Failures = 0 } }));

    // The last second, of 300, in which it was not known to be stuck.
    private static int? StuckAfter(Func<int, Checkpoint> at)
    {
        var stuck = new StuckSources(TimeSpan.FromSeconds(90));
        var first = Enumerable.Range(0, 300).FirstOrDefault(second => stuck.Has(Partition, at(second), Start.AddSeconds(second)), -1);
        return first < 0 ? null : first - 1;
    }
}
