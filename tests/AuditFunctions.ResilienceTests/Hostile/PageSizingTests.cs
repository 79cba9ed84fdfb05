using System.Globalization;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Hostile;

/// <summary>A vendor whose answers take longer the more events are asked for.</summary>
public sealed class PageSizingTests
{
    [Theory]
    [InlineData("cursor-body", "cursor", 2)]       // in the middle of a window, with the cursor that it has
    [InlineData("offset", "offset", 2)]
    [InlineData("page", "page", 1)]                // counted in pages: only from the window's start
    [InlineData("page", "page", 3)]
    public async Task Pages_that_take_too_long_are_asked_for_smaller_and_every_event_arrives_once(string endpoint, string paging, int slowFrom)
    {
        var faults = new FaultPlan().When(path => LimitOf(path) > 30 && (slowFrom == 1 || IsBehind(path)), new Fault.Hang());
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions { Events = 700, Faults = faults });
        var position = paging switch { "cursor" => "cursor={cursor}", var word => $"{word}={{{word}}}" };
        await stage.Harness.AddSourceAsync(Stage.Source, stage.GenericColumns("asc",
            ("url", new Uri(stage.Vendor.BaseUrl, "generic/" + endpoint).AbsoluteUri), ("paging", paging), ("next", paging == "cursor" ? "next_cursor" : ""), ("query", $"from={{from}}&to={{to}}&{position}&limit={{pageSize}}&order=asc")));
        var sizes = new List<int?>();
        var hung = 0;
        for (var run = 0; run < 12; run++)
        {
            var fetching = stage.Harness.FetchAsync(Stage.Source, Stage.Deadline());
            while (!fetching.IsCompleted)
            {
                // Only a page that hangs leaves the clock with a timer to wait for.
                await Stage.UntilAsync(() => fetching.IsCompleted || stage.Vendor.Faults.Taken > hung);
                if (!fetching.IsCompleted)
                {
                    hung = stage.Vendor.Faults.Taken;
                    stage.Harness.Clock.Advance(TimeSpan.FromSeconds(60));
                }
            }

            var outcome = await fetching;
            sizes.Add((await stage.Harness.CheckpointAsync(Stage.Source)).Status.PageSize);
            if (outcome is FetchOutcome.CaughtUp or FetchOutcome.Idle)
            {
                break;
            }

            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await stage.Harness.ShipAllAsync();
        stage.AssertAllOnce();
        Assert.Contains(25, sizes);
        Assert.NotEmpty(stage.Harness.Log.Of(2013));

        // Once the vendor is well again the size grows back.
        stage.Vendor.Faults.Clear();
        for (var run = 0; run < 4; run++)
        {
            stage.Vendor.Publish(1, stage.Harness.Time.GetUtcNow() - TimeSpan.FromSeconds(1));
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(20));
            await stage.Harness.FetchAsync(Stage.Source, Stage.Deadline());
        }

        Assert.Null((await stage.Harness.CheckpointAsync(Stage.Source)).Status.PageSize);
    }

    [Theory]
    [InlineData("page", "page={page}", 10)]       // a full last page is followed by an empty one; what stands before the first and behind the last is asked for
    [InlineData("link", "", 9)]                   // a full last page is asked for again; so is what stands behind it
    public async Task A_vendor_that_fails_now_and_then_is_not_read_from_the_window_s_start_again(string endpoint, string position, int pages)
    {
        await using var stage = await StageOf(endpoint, position, new FaultPlan().At(4, new Fault.Status(500)).At(5, new Fault.Status(502)).At(8, new Fault.Status(504)));
        for (var failure = 0; failure < 3; failure++)
        {
            Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAsync(Stage.Source, Stage.Deadline()));
            stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAsync(Stage.Source, Stage.Deadline()));
        await stage.Harness.ShipAllAsync();
        stage.AssertAllOnce();
        Assert.Equal((3, pages + 3), (stage.Vendor.Faults.Taken, stage.Vendor.Requests));
        Assert.Empty(stage.Harness.Log.Of(2013));
    }

    [Theory]
    [InlineData("page", "page={page}", "500")]
    [InlineData("link", "", "500")]
    [InlineData("link", "", "524")]
    [InlineData("page", "page={page}", "reset")]
    public async Task Pages_in_the_middle_of_a_window_that_always_fail_are_asked_for_smaller_from_its_start(string endpoint, string position, string how)
    {
        await using var stage = await StageOf(
            endpoint, position, new FaultPlan().When(path => LimitOf(path) > 30 && (IsBehind(path) || path.Contains("after=", StringComparison.Ordinal)), FaultOf(how)));
        await AssertSmallerPagesBringAllAsync(stage);
    }

    [Theory]
    [InlineData("408")]
    [InlineData("520")]
    [InlineData("522")]
    [InlineData("524")]
    [InlineData("reset")]
    [InlineData("broken off")]
    public async Task Large_pages_at_which_the_vendor_gives_up_are_asked_for_smaller(string how)
    {
        await using var stage = await StageOf("offset", "offset={offset}", new FaultPlan().When(path => LimitOf(path) > 30, FaultOf(how)));
        await AssertSmallerPagesBringAllAsync(stage);
    }

    [Theory]
    [InlineData(100, 1, "50 25 12 6 3 1")]
    [InlineData(1000, 1, "500 250 125 62 31 15 7 3 1")]
    [InlineData(2, 1, "1")]
    [InlineData(1, 1, "")]
    public void Size_halves_down_to_one_and_doubles_back(int full, int least, string steps)
    {
        var source = Sources.Pull.Define(("template", "http-json"), ("url", "https://api.example.com/x"), ("query", "limit={pageSize}"), ("auth", "none"), ("events", "data"), ("id", "id"), ("time", "time"), ("paging", "none"), ("pageSize", full.ToString(CultureInfo.InvariantCulture)));
        var sizing = new PageSizing(source, null);
        var seen = new List<int>();
        while (sizing.TryShrink())
        {
            seen.Add(sizing.Size);
        }

        Assert.Equal((steps, least), (string.Join(' ', seen), sizing.Size));
        Assert.Equal(full == least ? null : least, sizing.Remembered(isHalfRead: false));
        for (var page = 0; page < 8 * 10; page++)
        {
            sizing.Took();
        }

        Assert.Equal((full, null), (sizing.Size, sizing.Remembered(isHalfRead: false)));
        Assert.Equal(full, new PageSizing(source, 100_000).Size);
    }

    [Theory]
    [InlineData("page", false)]          // page 9 of another size starts elsewhere
    [InlineData("next-url", false)]      // the link says how large its page is
    [InlineData("offset", true)]
    [InlineData("cursor", true)]
    public void Size_changes_inside_a_window_only_where_the_next_page_starts_at_the_same_event(string paging, bool grows)
    {
        var source = Sources.Pull.Define(("template", "http-json"), ("url", "https://api.example.com/x"), ("query", paging == "next-url" ? "limit={pageSize}" : $"limit={{pageSize}}&at={{{paging}}}"), ("auth", "none"), ("events", "data"), ("id", "id"), ("time", "time"), ("paging", paging), ("next", paging is "cursor" or "next-url" ? "next" : null));
        var sizing = new PageSizing(source, 25);
        for (var page = 0; page < 100; page++)
        {
            sizing.Took();
        }

        Assert.Equal((grows, grows ? 100 : 25), (sizing.MayChangeInside, sizing.Size));
        sizing.Grow();
        Assert.Equal(grows ? 100 : 50, sizing.Size);
    }

    [Fact]
    public void A_vendor_that_is_told_no_size_is_asked_as_before()
    {
        var source = Sources.Pull.Define(("template", "http-json"), ("url", "https://api.example.com/x"), ("auth", "none"), ("events", "data"), ("id", "id"), ("time", "time"), ("paging", "none"));
        Assert.False(new PageSizing(source, null).TryShrink());
    }

    [Fact]
    public async Task A_request_may_not_take_longer_than_what_is_left_of_the_host_s_limit()
    {
        await using var vendor = await SandboxVendor.StartAsync(new() { Faults = new FaultPlan().Next(1, new Fault.Hang()) }, CancellationToken.None);
        await using var pull = new Sources.Pull();
        var source = Sources.Pull.Define(("template", "http-json"), ("url", $"{vendor.BaseUrl}generic/link"), ("auth", "bearer"), ("token", "secret:token"), ("events", "data"), ("id", "id"), ("time", "time"), ("paging", "none"));
        var now = pull.Time.GetUtcNow();
        var asking = pull.Client.GetPageAsync(source, new PageQuery(now, now, null, NotAfter: now.AddSeconds(20)), Stage.Deadline());
        await pull.Time.WhenWaitingAsync(1, Stage.Deadline());
        pull.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(new PageResult.Failed(0, "no whole answer within the 20 s that were left of the run"), await asking);
    }

    private static async Task AssertSmallerPagesBringAllAsync(Stage stage)
    {
        for (var run = 0; run < 30; run++)
        {
            if (await stage.Harness.FetchAsync(Stage.Source, Stage.Deadline()) is FetchOutcome.CaughtUp or FetchOutcome.Idle)
            {
                break;
            }

            stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        }

        await stage.Harness.ShipAllAsync();
        stage.AssertAllOnce();
        Assert.NotEmpty(stage.Harness.Log.Of(2013));
    }

    private static async Task<Stage> StageOf(string endpoint, string position, FaultPlan faults)
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions { Events = 700, Faults = faults });
        (string Column, string Value) paging = endpoint == "link" ? ("paging", "link-header") : ("paging", endpoint);
        await stage.Harness.AddSourceAsync(Stage.Source, stage.GenericColumns("asc",
            ("url", new Uri(stage.Vendor.BaseUrl, "generic/" + endpoint).AbsoluteUri), paging, ("next", ""), ("query", $"from={{from}}&to={{to}}&{position}&limit={{pageSize}}&order=asc")));
        return stage;
    }

    private static Fault FaultOf(string how) => how switch
    {
        "reset" => new Fault.Reset(),
        "broken off" => new Fault.ResetMidBody(),
        _ => new Fault.Status(int.Parse(how, CultureInfo.InvariantCulture)),
    };

    private static int LimitOf(string path) => int.Parse(path.Split("limit=")[1].Split('&')[0], CultureInfo.InvariantCulture);

    // Not the first page.
    private static bool IsBehind(string path) =>
        path.Contains("cursor=", StringComparison.Ordinal) || (path.Contains("offset=", StringComparison.Ordinal) && !path.Contains("offset=0", StringComparison.Ordinal))
        || (path.Contains("page=", StringComparison.Ordinal) && !path.Contains("page=1&", StringComparison.Ordinal) && !path.Contains("page=2&", StringComparison.Ordinal));
}
