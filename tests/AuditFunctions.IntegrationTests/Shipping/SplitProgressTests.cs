using AuditFunctions.Destinations;
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

    [Fact]
    public void Answers_that_name_any_events_in_any_order_settle_those_and_no_others() => Law.ForSeeds(1_000, random =>
    {
        var events = random.Next(1, 300);
        var guilty = Enumerable.Range(0, events).Where(_ => random.NextDouble() < 0.2).ToHashSet();
        var busy = Enumerable.Range(0, events).Where(_ => random.NextDouble() < 0.3).ToHashSet();
        var (delivered, given) = (new List<int>(), new List<int>());
        var progress = SplitProgress.Of(events);
        for (var request = 0; !progress.IsDone; request++)
        {
            Assert.True(request < 100);
            progress = SplitProgress.Read(progress.Write());
            var piece = progress.Next.ToArray();
            int[] bad = [.. Places(piece, guilty.Contains)];
            int[] later = [.. Places(piece, number => busy.Contains(number) && !guilty.Contains(number))];
            busy.RemoveWhere(_ => random.Next(2) == 0);
            if (later.Length == piece.Length)
            {
                continue;
            }

            delivered.AddRange(piece.Where((_, at) => !bad.Contains(at) && !later.Contains(at)));
            if (bad.Length + later.Length == 0)
            {
                progress = progress.Accepted();
                continue;
            }

            random.Shuffle(bad);
            var step = progress.Rejected(new SendResult.Rejected(200, "some") { Guilty = [.. bad.Select(at => new RejectedEvent(at, "bad"))], Later = later, Others = OtherEvents.Taken });
            progress = step.After;
            given.AddRange(step.GivenUp.Select(one => one.Number));
        }

        Assert.Equal(guilty.Order(), given.Order());
        Assert.Equal(Enumerable.Range(0, events).Except(guilty), delivered.Order());
        Assert.Equal((delivered.Count, given.Count), (progress.Delivered, progress.GivenUp));
    });

    [Fact]
    public void Largest_batch_with_the_worst_pattern_fits_a_column_of_the_ledger()
    {
        var random = new Random(7);
        var progress = SplitProgress.Of(100_000) with { Open = [.. Enumerable.Range(0, 100_000).Where(_ => random.Next(2) == 0)], Why = new string('w', 1_000) };
        Assert.InRange(progress.Write().Length, 1, 32_000);
        Assert.Equal(progress.Open, SplitProgress.Read(progress.Write()).Open);
    }

    /// <summary>As it was written before there were sets.</summary>
    [Fact]
    public void Progress_of_the_version_before_is_read_and_written_alike()
    {
        const string Before = """{"events":100,"done":41,"end":99,"guilty":60,"size":9,"cap":30,"isProbing":true,"delivered":40,"givenUp":2,"gap":3,"alike":1,"why":"400 no"}""";
        var progress = SplitProgress.Read(Before);
        Assert.Equal((41, 98, 58), (progress.Open[0], progress.Open[^1], progress.Open.Length));
        Assert.Equal(Before, progress.Write());
    }

    private static IEnumerable<int> Places(int[] piece, Func<int, bool> wanted) => Enumerable.Range(0, piece.Length).Where(at => wanted(piece[at]));

    private static (List<int> Delivered, List<int> GivenUp, int Requests, int Together) Run(Destination destination, int events, Random random)
    {
        var progress = SplitProgress.Of(events);
        var given = new List<int>();
        var (requests, together) = (0, 0);
        while (!progress.IsDone)
        {
            // As if somebody else went on from the ledger.
            progress = random.Next(3) == 0 ? SplitProgress.Read(progress.Write()) : progress;
            var (from, to) = (progress.Next[0], progress.Next[^1] + 1);
            requests++;
            var (status, number) = destination.Send(from, to);
            if (status == 200)
            {
                progress = progress.Accepted();
                continue;
            }

            var step = progress.Rejected(new SendResult.Rejected(status, "no")
            {
                IsTooLarge = status == 413,
                Guilty = number is { } at ? [new RejectedEvent(at, "no")] : [],
                Others = number is null ? OtherEvents.NotTaken : OtherEvents.TakenBefore,
            });
            progress = step.After;
            given.AddRange(step.GivenUp.Select(one => one.Number));
            together += step.IsGuess && step.GivenUp.Length > 1 ? 1 : 0;
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

    [Theory]
    [InlineData("garbage")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"events":3,"end":2000000000}""")]
    [InlineData("""{"events":3,"done":-1,"end":3}""")]
    [InlineData("""{"events":3,"done":3,"end":1}""")]
    [InlineData("""{"events":2,"end":2}""")]
    [InlineData("""{"events":3,"end":3,"open":"AA=="}""")]
    [InlineData("""{"events":3,"end":3,"open":"not base64"}""")]
    [InlineData("""{"events":3,"end":3,"guilty":9}""")]
    public void What_is_no_progress_begins_anew(string text) => Assert.Equal([0, 1, 2], SplitProgress.ReadOrBegin(text, 3).Open);

    [Fact]
    public void A_progress_goes_on() => Assert.Equal([1, 2], SplitProgress.ReadOrBegin((SplitProgress.Of(3) with { Open = [1, 2] }).Write(), 3).Open);
}
