using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>What pages may take together: never more, and always one that can go on.</summary>
public sealed class PageMemoryTests
{
    private const long Megabyte = 1L << 20;

    [Fact]
    public void A_small_page_never_waits()
    {
        var memory = new PageMemory(64 * Megabyte, 100_000);
        List<PageShare> greedy = [];
        for (var at = 0; at < 20; at++)
        {
            greedy.Add(memory.Open());
            _ = greedy[^1].GrowAsync(6 << 20, CancellationToken.None).AsTask();
        }

        Assert.Contains(greedy, share => share.Waits);
        using var small = memory.Open();
        Assert.True(small.GrowAsync(PageMemory.SmallPage, CancellationToken.None).AsTask().IsCompletedSuccessfully);
        Assert.Equal(2_048, small.EventsBeside(64 * 1024));
        greedy.ForEach(share => share.Dispose());
    }

    [Fact]
    public async Task One_large_page_at_a_time_has_all_that_it_may_need()
    {
        var memory = new PageMemory(64 * Megabyte, 100_000);
        var first = memory.Open();
        var buffer = await first.GrowAsync(16 << 20, CancellationToken.None);
        Assert.Equal(memory.MostBytes + 1, buffer?.Length);
        Assert.True(first.ReserveAsync(long.MaxValue, CancellationToken.None).AsTask().IsCompletedSuccessfully);

        using var second = memory.Open();
        var waiting = second.GrowAsync(16 << 20, CancellationToken.None).AsTask();
        Assert.True(second.Waits && !waiting.IsCompleted);
        first.Dispose();
        Assert.Same(buffer, await waiting);
        Assert.False(second.Waits);
    }

    [Fact]
    public async Task A_page_that_gives_up_waiting_holds_up_nobody()
    {
        var memory = new PageMemory(64 * Megabyte, 100_000);
        var first = memory.Open();
        await first.GrowAsync(16 << 20, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var second = memory.Open();
        var waiting = second.GrowAsync(16 << 20, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.True(second.Waits);
        second.Dispose();
        first.Dispose();
        using var third = memory.Open();
        Assert.True(third.GrowAsync(16 << 20, CancellationToken.None).AsTask().IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData(64, 48, 24)]          // no less, whatever the container
    [InlineData(384, 128, 64)]        // what the runtime says of a container of 512 MB
    [InlineData(24_000, 128, 64)]     // no more, unless somebody says so
    public void The_default_follows_the_memory_of_the_process(int available, int expected, int page)
    {
        var bytes = PageMemory.DefaultOf(available * Megabyte);
        Assert.Equal(expected * Megabyte, bytes);
        Assert.InRange(new PageMemory(bytes, 100_000).MostBytes, (page - 6) * Megabyte, page * Megabyte);
    }

    [Fact]
    public void Whatever_pages_ask_for_the_limit_holds_and_all_of_them_end() => Law.ForSeeds(60, random =>
    {
        const long All = 64 * Megabyte;

        // Collections stop all tests, and nothing is there to be freed.
        var memory = new PageMemory(All, 100_000) { Collect = () => { } };
        var pages = Enumerable.Range(0, 24).Select(_ => (Share: memory.Open(), Left: random.Next(1, 6), Step: (Task?)null, Total: 0L)).ToList();
        for (var steps = 0; pages.Count > 0; steps++)
        {
            Assert.True(steps < 100_000, "Pages wait for each other.");
            var at = random.Next(pages.Count);
            var page = pages[at];
            if (page.Step is { IsCompleted: false })
            {
                // Who waits may be waited for only by who does not.
                Assert.True(SpinWait.SpinUntil(() => pages.Exists(other => other.Step is null or { IsCompleted: true }), TimeSpan.FromMinutes(5)), "All of them wait.");
                continue;
            }

            if (page.Left == 0)
            {
                page.Share.Dispose();
                pages.RemoveAt(at);
                continue;
            }

            var total = page.Total + random.NextInt64(24 * Megabyte);
            pages[at] = page with { Left = page.Left - 1, Total = total, Step = page.Share.ReserveAsync(total, CancellationToken.None).AsTask() };
            Assert.InRange(pages.Sum(other => other.Share.Common), 0, All * 3 / 8);
            Assert.InRange(pages.Count(other => other.Share.IsLarge), 0, 1);
        }
    });
}
