using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.Account;
using Azure.Data.Tables;

namespace AuditFunctions.Tests.State;

/// <summary>How long a call to storage can take, against what waits for it.</summary>
public sealed class StorageRetriesTests
{
    // All tries wait in vain, and the waits between them are as long as jitter (a fifth) can make them.
    private static readonly TimeSpan LongestSmallRequest =
        (StorageRetries.SmallRequest * (1 + StorageRetries.MaxRetries))
        + (1.2 * Enumerable.Range(0, StorageRetries.MaxRetries).Aggregate(TimeSpan.Zero, (sum, at) => sum + TimeSpan.FromTicks(Math.Min((StorageRetries.FirstDelay * (1 << at)).Ticks, StorageRetries.MaxDelay.Ticks))));

    [Fact]
    public void Mark_that_needs_every_try_is_done_before_the_claim_of_the_slowest_delivery_ends()
    {
        var shipping = new ShippingOptions();
        Assert.True((2 * shipping.SendTimeout) + LongestSmallRequest < shipping.ClaimDuration, $"a mark may take {LongestSmallRequest}");
    }

    [Fact]
    public void Commit_that_needs_every_try_is_done_before_the_lease_of_a_direct_delivery_ends() =>
        Assert.True(LongestSmallRequest < FetchHandler.CommitTime, $"a commit may take {LongestSmallRequest}");

    [Fact]
    public void Partition_of_a_dead_process_is_fetched_again_within_90_seconds()
    {
        var tick = TimeSpan.FromSeconds(30);       // the default of ScheduleCron
        var queueIsPolled = TimeSpan.FromSeconds(10); // maxPollingInterval of host.json
        Assert.True(new FetchingOptions().LeaseDuration + tick + queueIsPolled < TimeSpan.FromSeconds(90));
    }

    [Fact]
    public void Options_are_set_on_what_the_clients_get()
    {
        var retry = StorageRetries.Set(new TableClientOptions(), StorageRetries.SmallRequest).Retry;
        Assert.Equal((3, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10)), (retry.MaxRetries, retry.Delay, retry.MaxDelay, retry.NetworkTimeout));
    }
}
