using AuditFunctions.Pipeline.Storage.Deliveries;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;

namespace AuditFunctions.Tests.Telemetry;

public sealed class DeliveryTimesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly PartitionId Partition = new("okta-prod", PartitionId.Single);

    [Fact]
    public void Medians_are_those_of_the_latest_fifty_batches_in_whatever_order_they_come()
    {
        // A hundred batches that took 100, 99, … 1 s: the latest fifty took 50 to 1 s.
        var times = new DeliveryTimes();
        foreach (var n in Enumerable.Range(0, 100).OrderBy(n => n * 37 % 100))
        {
            times.Add(Batch(n, TimeSpan.FromSeconds(100 - n)));
            times.Add(Batch(n, TimeSpan.FromSeconds(100 - n)));
        }

        Assert.Equal(new DeliveryTime(TimeSpan.FromSeconds(26), TimeSpan.FromSeconds(13)), times.Of(Partition));
        Assert.Equal(Start.AddMinutes(99), times.NewestAt);
        Assert.Null(times.Of(new PartitionId("other", PartitionId.Single)));
    }

    [Fact]
    public void Batches_without_times_have_a_run_time_only()
    {
        var times = new DeliveryTimes();
        times.Add(Batch(1, TimeSpan.FromSeconds(8)) with { NewestAt = null });
        Assert.Equal(new DeliveryTime(null, TimeSpan.FromSeconds(4)), times.Of(Partition));
    }

    private static DeliveredBatch Batch(int n, TimeSpan took) =>
        new(Partition, $"{n:x32}", Start.AddMinutes(n), Start.AddMinutes(n) - (took / 2), Start.AddMinutes(n) - took);
}
