using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>When the requests of a source's partitions may be made.</summary>
public sealed class RequestSlotsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly ManualTime _time = new("2026-01-01T00:00:00Z");

    [Fact]
    public void Requests_of_all_partitions_are_evenly_spaced()
    {
        var slots = new RequestSlots(_time);
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(_ => slots.Take("acme", Second, 10 * Second).TotalSeconds));
        Assert.Equal(TimeSpan.Zero, slots.Take("other", Second, 10 * Second));
        _time.Advance(TimeSpan.FromSeconds(2.5));
        Assert.Equal(0.5, slots.Take("acme", Second, 10 * Second).TotalSeconds);
    }

    [Fact]
    public void Slot_that_nobody_would_wait_for_is_left_to_others()
    {
        var slots = new RequestSlots(_time);
        slots.Take("acme", 60 * Second, Second);
        Assert.Equal(60, slots.Take("acme", 60 * Second, Second).TotalSeconds);
        Assert.Equal(60, slots.Take("acme", 60 * Second, Second).TotalSeconds);
    }

    [Fact]
    public void What_the_vendor_tells_one_partition_holds_for_all()
    {
        var slots = new RequestSlots(_time);
        slots.Hold("acme", 30 * Second);
        slots.Hold("acme", 5 * Second);
        Assert.Equal(30, slots.Take("acme", TimeSpan.Zero, Second).TotalSeconds);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(TimeSpan.Zero, slots.Take("acme", TimeSpan.Zero, Second));
    }

    [Fact]
    public void Clock_that_was_set_back_holds_nobody()
    {
        var clock = new Clock { Now = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero) };
        var slots = new RequestSlots(clock);
        slots.Hold("acme", 30 * Second);
        clock.Now -= TimeSpan.FromDays(1);
        Assert.Equal(TimeSpan.Zero, slots.Take("acme", Second, Second));
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
