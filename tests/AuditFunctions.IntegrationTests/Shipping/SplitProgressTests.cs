using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Shipping;

/// <summary>Whatever is guilty: every event is settled once, the guilty ones and no others are given up, and it costs little.</summary>
public sealed class SplitProgressTests
{
    [Fact]
    public void Every_event_is_delivered_once_or_given_up_and_only_guilty_ones_are() => Law.ForSeeds(3_000, random =>
    {
        var events = random.Next(1, 400);
        var share = random.Next(6) switch { 0 => 1.0, 1 => 0.5, 2 => 0.1, _ => 2.0 / events };
        var guilty = Enumerable.Range(0, events).Where(_ => random.NextDouble() < share).ToHashSet();
        var destination = new Destination(events, guilty, numbers: random.Next(2) == 0, maxPiece: random.Next(4) == 0 ? random.Next(1, events + 1) : int.MaxValue);
        var (delivered, given, requests, together) = Run(destination, events, random);

        Assert.Equal(Enumerable.Range(0, events).Where(at => !given.Contains(at)), delivered.Order());
        Assert.True(given.Count == given.Distinct().Count() && guilty.IsSubsetOf(given));
        if (together == 0)
        {
            Assert.Equal(guilty.Order(), given.Order());
        }
        else
        {
            // Given up together only after ten at the front and the last one.
            Assert.Superset(Enumerable.Range(0, SplitProgress.MostAlike).Append(events - 1).ToHashSet(), guilty);
        }

        Assert.InRange(requests, 1, 40 + (guilty.Count * 2 * ((int)Math.Log2(events) + 2)) + (destination.MaxPiece < events ? 4 * events / destination.MaxPiece : 0));
    });

    [Theory]
    [InlineData(true, 1, 13)]
    [InlineData(false, 1, 22)]
    [InlineData(true, 1_000, 14)]
    [InlineData(false, 1_000, 40)]
    public void Finding_one_and_finding_that_all_are_guilty_is_cheap(bool numbers, int guilty, int most)
    {
        var destination = new Destination(1_000, Enumerable.Range(guilty == 1 ? 437 : 0, guilty).ToHashSet(), numbers, int.MaxValue);
        var (delivered, given, requests, together) = Run(destination, 1_000, new Random(1));
        Assert.Equal((1_000 - guilty, guilty), (delivered.Count, given.Count));
        Assert.Equal(guilty > 1 ? 1 : 0, together);
        Assert.InRange(requests, 2, most);
    }

    private static (List<int> Delivered, List<int> GivenUp, int Requests, int Together) Run(Destination destination, int events, Random random)
    {
        var progress = SplitProgress.Of(events);
        var given = new List<int>();
        var (requests, together) = (0, 0);
        while (!progress.IsDone)
        {
            // As if somebody else went on from the ledger.
            progress = random.Next(3) == 0 ? SplitProgress.Read(progress.Write()) : progress;
            var (from, to) = progress.Next;
            requests++;
            var (status, number) = destination.Send(from, to);
            if (status == 200)
            {
                progress = progress.Accepted();
                continue;
            }

            (progress, var first, var last) = progress.Rejected($"{status}", status == 413, number);
            given.AddRange(Enumerable.Range(first, last - first));
            together += last - first > 1 ? 1 : 0;
            Assert.True(requests < 100_000);
        }

        Assert.Equal((destination.Stored.Count, given.Count), (progress.Delivered, progress.GivenUp));
        return (destination.Stored, given, requests, together);
    }

    private sealed class Destination(int events, HashSet<int> guilty, bool numbers, int maxPiece)
    {
        public List<int> Stored { get; } = [];

        public int MaxPiece => maxPiece;

        public (int Status, int? Number) Send(int from, int to)
        {
            Assert.True(from >= 0 && from < to && to <= events);
            if (to - from > maxPiece)
            {
                return (413, null);
            }

            var bad = Enumerable.Range(from, to - from).FirstOrDefault(guilty.Contains, -1);
            if (bad < 0 || numbers)
            {
                Stored.AddRange(Enumerable.Range(from, (bad < 0 ? to : bad) - from));
            }

            return bad < 0 ? (200, null) : (400, numbers ? bad - from : null);
        }
    }
}
