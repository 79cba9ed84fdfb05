using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Every reading of <c>since</c>, every order, ties across page borders, events published in between, and an instance that goes on where another stopped.</summary>
public sealed class VendorBoundsTests
{
    public static TheoryData<string, bool, bool, int, int> Vendors
    {
        get
        {
            var data = new TheoryData<string, bool, bool, int, int>();
            foreach (var order in new[] { "asc", "desc", "none" })
            {
                foreach (var (fromInclusive, toInclusive, grain) in new[] { (true, false, 0), (false, true, 0), (true, true, 1), (false, false, 1), (true, false, 60), (false, true, 60) })
                {
                    foreach (var pageSize in new[] { 1, 7, 100 })
                    {
                        data.Add(order, fromInclusive, toInclusive, grain, pageSize);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Everything_arrives_once(string order, bool fromInclusive, bool toInclusive, int grainSeconds, int pageSize)
    {
        var options = new SandboxVendorOptions
        {
            // Some pages, and ties across their borders and across those of a fetch.
            Events = pageSize switch { 1 => 20, 7 => 130, _ => 650 },
            TieLength = pageSize switch { 1 => 8, 7 => 60, _ => 300 },
            Spacing = TimeSpan.FromMilliseconds(700),
            Generic = new GenericVendorOptions { FromInclusive = fromInclusive, ToInclusive = toInclusive, Granularity = TimeSpan.FromSeconds(Math.Max(grainSeconds, 0.001)) },
        };
        await using var stage = await Stage.StartAsync(options, ("Fetching:MaxPages", "3"));
        await using var another = stage.Harness.Another();
        await stage.Harness.AddSourceAsync(
            Stage.Source,
            stage.GenericColumns(order, ("pageSize", $"{pageSize}"), ("since", "2025-12-31T23:00:00Z"), ("overlap", "0s"), ("granularity", grainSeconds > 1 ? $"{grainSeconds}s" : "0s")));

        Assert.Equal(FetchOutcome.Continued, await stage.Harness.FetchAsync(Stage.Source));
        stage.Vendor.Publish(9, stage.Harness.Time.GetUtcNow());
        await another.FetchAndShipAsync(Stage.Source);
        for (var poll = 0; poll < 3; poll++)
        {
            // Some at the very end of the window that is opened next, and some at its end but after it.
            stage.Harness.Clock.Advance(TimeSpan.FromSeconds(100.3));
            stage.Vendor.Publish(5, stage.Harness.Time.GetUtcNow().AddMilliseconds(-1));
            stage.Vendor.Publish(5, stage.Harness.Time.GetUtcNow());
            await (poll == 1 ? another : stage.Harness).FetchAndShipAsync(Stage.Source);
        }

        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(2));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.AssertAllOnce();
        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(FetchOutcome.Idle, await stage.Harness.FetchAndShipAsync(Stage.Source));
    }
}
