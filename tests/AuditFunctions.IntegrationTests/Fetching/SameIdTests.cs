using System.Globalization;
using System.Text;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Events that share an id: in one window they are events each, across polls the id is trusted.</summary>
public sealed class SameIdTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 50, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("asc", 100, 1000)]
    [InlineData("desc", 100, 1000)]
    [InlineData("asc", 3, 1000)]      // across the border of two pages
    [InlineData("asc", 1, 1000)]
    [InlineData("desc", 2, 1000)]
    [InlineData("asc", 3, 1)]         // and of two runs
    [InlineData("desc", 1, 1)]
    public async Task Events_of_one_window_with_one_id_and_other_bytes_are_delivered_once_each(string order, int pageSize, int maxPages)
    {
        await using var vendor = await ListVendor.StartAsync(
        [
            Listed.Of("before", Start), .. Enumerable.Range(0, 4).Select(part => Listed.Of("shared", Start.AddSeconds(1), more: Part(part))), Listed.Of("after", Start.AddSeconds(2)),
        ]);
        await using var stage = await StartAsync(vendor, order, pageSize, maxPages);
        for (var poll = 0; poll < 3; poll++)
        {
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            AssertOnce(stage, 6);
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Empty(stage.Harness.Log.Of(2015));
    }

    [Fact]
    public async Task An_event_that_is_listed_again_with_other_bytes_is_not_delivered_again_and_reported_once()
    {
        await using var vendor = await ListVendor.StartAsync([Listed.Of("a", Start, more: Part(0)), Listed.Of("b", Start, more: Part(0))]);
        await using var stage = await StartAsync(vendor, "asc", 100, 1000);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        for (var poll = 1; poll <= 3; poll++)
        {
            vendor.Events.Clear();
            vendor.Events.AddRange([Listed.Of("a", Start, more: Part(poll)), Listed.Of("b", Start, more: Part(poll))]);
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(FetchOutcome.Idle, await stage.Harness.FetchAndShipAsync(Stage.Source));
        }

        Assert.Equal(2, stage.Siem.Received);
        Assert.Single(stage.Harness.Log.Of(2015));
    }

    [Theory]
    [InlineData("asc")]
    [InlineData("desc")]
    public async Task A_second_event_with_the_id_of_one_that_was_sent_and_is_listed_beside_it_is_delivered_once(string order)
    {
        await using var vendor = await ListVendor.StartAsync([Listed.Of("shared", Start, more: Part(0))]);
        await using var stage = await StartAsync(vendor, order, 100, 1000);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        vendor.Events.Insert(0, Listed.Of("shared", Start, more: Part(1)));
        vendor.Events.Add(Listed.Of("shared", Start, more: Part(2)));
        for (var poll = 0; poll < 3; poll++)
        {
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            AssertOnce(stage, 3);
        }
    }

    /// <summary>A template that takes something for the id that is none: the first event with it has left the window when later ones come.</summary>
    [Theory]
    [InlineData("asc")]
    [InlineData("desc")]
    public async Task Events_that_all_have_one_id_are_delivered_poll_after_poll(string order)
    {
        await using var vendor = await ListVendor.StartAsync(Enumerable.Range(0, 5).Select(part => Listed.Of("login", Start.AddMinutes(part - 40), more: Part(part))));
        await using var stage = await StartAsync(vendor, order, 100, 1000);
        for (var poll = 1; poll <= 4; poll++)
        {
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            AssertOnce(stage, 5 * poll);
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(30));
            vendor.Events.AddRange(Enumerable.Range(0, 5).Select(part => Listed.Of("login", Start.AddMinutes((30 * poll) - 40 + part), more: Part((100 * poll) + part))));
        }
    }

    [Fact]
    public async Task The_same_event_twice_in_a_window_is_one_event()
    {
        await using var vendor = await ListVendor.StartAsync(Enumerable.Repeat(Listed.Of("a", Start), 5));
        await using var stage = await StartAsync(vendor, "asc", 2, 1000);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal(1, stage.Siem.Received);
    }

    // The SIEM counts by id, which they share.
    private static void AssertOnce(Stage stage, int events)
    {
        Assert.Equal(events, stage.Siem.RawEvents.Count);
        Assert.Equal(events, stage.Siem.RawEvents.Select(Encoding.UTF8.GetString).Distinct().Count());
    }

    private static string Part(int part) => string.Create(CultureInfo.InvariantCulture, $",\"part\":{part}");

    private static async Task<Stage> StartAsync(ListVendor vendor, string order, int pageSize, int maxPages)
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions(), ("Fetching:MaxPages", maxPages.ToString(CultureInfo.InvariantCulture)));
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, order, ("pageSize", pageSize.ToString(CultureInfo.InvariantCulture))));
        return stage;
    }
}
