using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace AuditFunctions.Tests.Fetching.Model;

/// <summary>What happens in one history: a vendor's habits, its events, and polls with their mishaps. Times are half seconds after the start.</summary>
internal sealed record History(int Seed, Habits Habits, IReadOnlyList<ModelEvent> Events, IReadOnlyList<PollStep> Polls)
{
    /// <summary>Generated histories, which shrink to fewer polls, fewer mishaps, fewer events and plainer habits.</summary>
    public static Arbitrary<History> Arbitrary => Arb.From(Gen.Choose(0, int.MaxValue - 1).Select(Of), Shrink);

    /// <summary>The history of a seed.</summary>
    public static History Of(int seed)
    {
        var random = new Random(seed);
        var habits = Habits.Of(random);
        var spread = random.Next(3) switch { 0 => 200, 1 => 4_000, _ => 40_000 };
        var events = new List<ModelEvent>();
        for (var count = random.Next(1, 60); events.Count < count;)
        {
            var at = random.Next(-2_000, spread);
            var ties = random.Next(5) == 0 ? random.Next(1, 30) : 1;
            for (var tie = 0; tie < ties && events.Count < count; tie++)
            {
                events.Add(new ModelEvent(events.Count, at + habits.AheadBy, at + DelayOf(random, habits)));
            }
        }

        var polls = Enumerable.Range(0, random.Next(1, 12)).Select(_ => PollStep.Of(random, spread)).ToArray();
        return new History(seed, habits, events, polls);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {Seed}\n{Habits}\nevents (number: time, published): {string.Join(", ", Events.Select(e => $"{e.Number}: {e.At}, {e.PublishedAt}"))}\npolls: {string.Join("\n       ", Polls)}");

    private static int DelayOf(Random random, Habits habits) => random.Next(6) switch
    {
        0 => random.Next(0, (2 * habits.Lag) + 1),
        1 => random.Next(0, (2 * (habits.Lag + habits.Overlap)) + 1),
        2 => random.Next(0, 2_400),
        3 => random.Next(0, 16_000),
        _ => 0,
    };

    private static IEnumerable<History> Shrink(History history)
    {
        foreach (var polls in Fewer(history.Polls))
        {
            yield return history with { Polls = polls };
        }

        foreach (var events in Fewer(history.Events))
        {
            yield return history with { Events = events };
        }

        for (var at = 0; at < history.Polls.Count; at++)
        {
            foreach (var plainer in history.Polls[at].Plainer())
            {
                yield return history with { Polls = [.. history.Polls.Take(at), plainer, .. history.Polls.Skip(at + 1)] };
            }
        }

        foreach (var plainer in history.Habits.Plainer())
        {
            yield return history with { Habits = plainer };
        }
    }

    private static IEnumerable<IReadOnlyList<T>> Fewer<T>(IReadOnlyList<T> all)
    {
        for (var size = all.Count / 2; size > 0; size /= 2)
        {
            for (var from = 0; from < all.Count; from += size)
            {
                yield return [.. all.Take(from), .. all.Skip(from + size)];
            }
        }
    }
}

/// <summary>An event: its time as the vendor writes it, and when it can be seen.</summary>
internal sealed record ModelEvent(int Number, int At, int PublishedAt);

/// <summary>How a run is stopped.</summary>
internal enum StopKind
{
    /// <summary>Killed just before an operation.</summary>
    Before,

    /// <summary>Killed just after it.</summary>
    After,

    /// <summary>Asked to stop, by cancellation.</summary>
    Asked,
}

/// <summary>A poll, some time after the one before.</summary>
/// <param name="Gap">How long after, in half seconds.</param>
/// <param name="StopAt">The operation at which it is stopped, counted from 0, or -1.</param>
/// <param name="Stop">How.</param>
/// <param name="FailAt">The page that fails, counted from 0, or -1.</param>
/// <param name="Expires">Whether the vendor's cursors have expired since the last poll.</param>
/// <param name="PageTime">How long each page takes, in half seconds.</param>
internal sealed record PollStep(int Gap, int StopAt, StopKind Stop, int FailAt, bool Expires, int PageTime)
{
    public static PollStep Of(Random random, int spread) => new(
        random.Next(3) switch { 0 => random.Next(1, 60), 1 => random.Next(1, 700), _ => random.Next(1, spread) },
        random.Next(3) == 0 ? random.Next(30) : -1,
        (StopKind)random.Next(3),
        random.Next(8) == 0 ? random.Next(6) : -1,
        random.Next(10) == 0,
        random.Next(3) == 0 ? random.Next(1, 40) : 0);

    public IEnumerable<PollStep> Plainer()
    {
        PollStep[] plainer = [this with { StopAt = -1 }, this with { FailAt = -1 }, this with { Expires = false }, this with { PageTime = 0 }, this with { Gap = Math.Max(1, Gap / 2) }];
        return plainer.Where(step => step != this);
    }
}
