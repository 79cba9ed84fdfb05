using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Telemetry;

namespace AuditFunctions.Tests.Telemetry;

public sealed class DeliveryPartsTests
{
    private static readonly DateTimeOffset Event = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 400, 410, 100, 300, 10)]      // read by the first poll that came more than an interval later: the vendor published it late
    [InlineData(0, 100, 110, 0, 100, 10)]        // the poll came in time: all of it is the wait
    [InlineData(60, 100, 110, 60, 40, 10)]       // what is younger than the lag is not waited for
    [InlineData(60, 30, 40, 30, 0, 10)]          // younger than the lag
    [InlineData(0, -20, 5, 0, 0, 25)]            // the vendor's clock runs ahead
    [InlineData(0, 10, 5, 0, 10, 0)]             // ours does
    public void The_time_to_the_poll_is_the_vendors_and_the_waits_and_the_rest_is_the_runs(int lag, int polled, int delivered, int remote, int waited, int run)
    {
        var poll = new PollStart(Event.AddSeconds(polled), TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(lag));
        var batch = Batch() with { PolledAt = poll.At, Waited = poll.WaitOf(Event) };

        var parts = DeliveryParts.Of(batch, Event.AddSeconds(delivered));

        Assert.Equal(new DeliveryParts(TimeSpan.FromSeconds(remote), TimeSpan.FromSeconds(waited), TimeSpan.FromSeconds(run)), parts);
    }

    [Fact]
    public void A_batch_without_times_or_of_an_older_version_has_no_parts()
    {
        var now = Event.AddMinutes(1);
        Assert.Null(DeliveryParts.Of(Batch(), now));
        Assert.Null(DeliveryParts.Of(Batch() with { NewestAt = null, PolledAt = now, Waited = TimeSpan.Zero }, now));
    }

    private static ShipMessage Batch() => new()
    {
        SchemaVersion = 1,
        BatchId = "b",
        Source = "s",
        Partition = "p",
        Destination = "d",
        Format = "http",
        Events = 1,
        RawBytes = 1,
        Day = "20260131",
        FetchedAt = Event,
        NewestAt = Event,
    };
}
