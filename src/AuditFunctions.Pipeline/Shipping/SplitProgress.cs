using AuditFunctions.Destinations;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>What an answer about a piece changes: how far the search is then, and which events are given up.</summary>
/// <param name="After">The progress with it.</param>
/// <param name="GivenUp">Events that are given up, by their number in the batch.</param>
/// <param name="IsGuess">Whether they are given up without having been tried one by one, since others were rejected alike.</param>
internal readonly record struct SplitStep(SplitProgress After, RejectedEvent[] GivenUp, bool IsGuess = false);

/// <summary>
/// How far the search for the guilty events of a rejected batch is: which events are open, neither delivered nor given up. It says which piece is sent next, and
/// what an answer to it means. It stands in the ledger, so that a crash goes on where it was. Events are counted from 0. Immutable.
/// </summary>
internal sealed record SplitProgress
{
    /// <summary>So many events are rejected one by one, alike and none in between accepted, before the last one is tried and, if it is alike too, the rest is judged together.</summary>
    public const int MostAlike = 10;

    /// <summary>Events of the batch.</summary>
    public required int Events { get; init; }

    /// <summary>The events that are not settled, ascending.</summary>
    public required int[] Open { get; init; }

    /// <summary>Some open event before this number is guilty; 0: none is known to be.</summary>
    public int Guilty { get; init; }

    /// <summary>How many events the next piece has at most.</summary>
    public int Size { get; init; }

    /// <summary>How many any piece may have, since a larger one was too large; 0: as many as there are.</summary>
    public int Cap { get; init; }

    /// <summary>Whether the next piece is the last event.</summary>
    public bool IsProbing { get; init; }

    /// <summary>Events that were accepted.</summary>
    public int Delivered { get; init; }

    /// <summary>Events that were given up.</summary>
    public int GivenUp { get; init; }

    /// <summary>Events accepted since the last guilty one.</summary>
    public int Gap { get; init; }

    /// <summary>Events that were rejected one by one, all like the last one, with none accepted before.</summary>
    public int Alike { get; init; }

    /// <summary>Status and reason of the last one.</summary>
    public string? Why { get; init; }

    /// <summary>When the destination hung over the next piece, which is one event; null when it did not.</summary>
    public DateTimeOffset? HungAt { get; init; }

    /// <summary>Whether every event is settled.</summary>
    public bool IsDone => Open.Length == 0;

    /// <summary>The events of the next piece, by number.</summary>
    public ReadOnlySpan<int> Next
    {
        get
        {
            var most = Cap > 0 && Cap < Size ? Cap : Size;
            return IsProbing ? Open.AsSpan(Open.Length - 1) : Open.AsSpan(0, Math.Clamp(most, 1, Open.Length));
        }
    }

    /// <summary>Before the first answer.</summary>
    public static SplitProgress Of(int events) => new() { Events = events, Open = [.. Enumerable.Range(0, events)], Size = events };

    /// <summary>Reads what <see cref="Write"/> wrote, or a version before did.</summary>
    public static SplitProgress Read(string text) => SplitState.Read(text);

    /// <summary>Reads what stands in the ledger, where anybody may have written to it: what is no progress of a batch of so many events is a new one.</summary>
    public static SplitProgress ReadOrBegin(string text, int events) => SplitState.IsOf(text, events) ? Read(text) : Of(events);

    /// <summary>As the ledger keeps it.</summary>
    public string Write() => SplitState.Write(this);

    /// <summary>The next piece was accepted.</summary>
    public SplitProgress Accepted()
    {
        var count = Next.Length;
        var after = this with { Delivered = Delivered + count, Alike = 0, IsProbing = false, HungAt = null };
        if (IsProbing)
        {
            return after with { Open = Open[..^1] };
        }

        after = after with { Open = Open[count..], Gap = Gap + count };
        var suspects = after.Suspects;
        return suspects > 0 ? after with { Size = Math.Max(1, suspects / 2) } : after with { Guilty = 0, Size = Doubled(count) };
    }

    /// <summary>The next piece was rejected, in whole or in part.</summary>
    public SplitStep Rejected(SendResult.Rejected rejected)
    {
        if (HungAt is not null)
        {
            return (this with { HungAt = null }).Rejected(rejected);
        }

        var piece = Next;
        var verdict = Verdict.Of(rejected, piece.Length);
        if (verdict.IsNothingSettled)
        {
            var half = piece.Length / 2;
            var after = rejected.IsTooLarge ? this with { Cap = half, Size = half } : this with { Guilty = piece[^1] + 1, Size = half };
            return new SplitStep(after, []);
        }

        RejectedEvent[] guilty = [.. GuiltyOf(piece, verdict)];
        var why = $"{rejected.StatusCode} {rejected.Reason}";
        if (IsProbing && why == Why)
        {
            var together = $"{rejected.Reason} (so were the first {MostAlike} events of the batch and the last one, alike, and none was accepted; so the other {Open.Length} were given up together without trying each)";
            return new SplitStep(this with { Open = [], GivenUp = GivenUp + Open.Length }, [.. Open.Select(number => new RejectedEvent(number, together))], IsGuess: true);
        }

        if (IsProbing)
        {
            return new SplitStep(this with { Open = Open[..^1], GivenUp = GivenUp + 1, IsProbing = false, Alike = 0 }, guilty);
        }

        return new SplitStep(guilty.Length == 1 ? AfterOne(piece, verdict, why, rejected.Guilty.Count > 0) : AfterMany(piece, verdict), guilty);
    }

    // Where guilty events are rare the next piece is large, where they are dense it is small: what has to be sent again stays little.
    private SplitProgress AfterOne(ReadOnlySpan<int> piece, Verdict verdict, string why, bool isNamed)
    {
        var open = Without(piece, verdict);
        var gap = Gap + verdict.Taken.Count;
        var delivered = Delivered + verdict.Taken.Count;
        var alike = delivered > 0 ? 0 : why == Why ? Alike + 1 : 1;
        return this with
        {
            Open = open,
            Guilty = 0,
            Delivered = delivered,
            GivenUp = GivenUp + 1,
            Gap = 0,
            Alike = alike,
            Why = why,
            Size = (int)Math.Min(isNamed ? 16L * (gap + 1) : Math.Max(1, 2L * gap), Events),
            IsProbing = alike >= MostAlike && open.Length > 1,
        };
    }

    private SplitProgress AfterMany(ReadOnlySpan<int> piece, Verdict verdict) => this with
    {
        Open = Without(piece, verdict),
        Guilty = 0,
        Delivered = Delivered + verdict.Taken.Count,
        GivenUp = GivenUp + verdict.Guilty.Count,
        Gap = 0,
        Alike = 0,
        Size = Events,
    };

    private int Suspects
    {
        get
        {
            var at = Array.BinarySearch(Open, Guilty);
            return at < 0 ? ~at : at;
        }
    }

    private static List<RejectedEvent> GuiltyOf(ReadOnlySpan<int> piece, Verdict verdict)
    {
        var guilty = new List<RejectedEvent>(verdict.Guilty.Count);
        foreach (var one in verdict.Guilty)
        {
            guilty.Add(one with { Number = piece[one.Number] });
        }

        return guilty;
    }

    private int[] Without(ReadOnlySpan<int> piece, Verdict verdict)
    {
        var settled = verdict.Guilty.Select(one => one.Number).Concat(verdict.Taken).ToHashSet();
        var open = new List<int>(Open.Length);
        for (var at = 0; at < Open.Length; at++)
        {
            if (at >= piece.Length || !settled.Contains(at))
            {
                open.Add(Open[at]);
            }
        }

        return [.. open];
    }

    private int Doubled(int size) => (int)Math.Min(2L * size, Events);
}
