using System.Text.Json;
using System.Text.Json.Serialization;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>
/// How far the search for the guilty events of a rejected batch is: events before <see cref="Done"/> and from <see cref="End"/> on are settled,
/// delivered or dead letters. It says which piece is sent next, and what an answer to it means. It stands in the ledger, so that a crash goes on
/// where it was. Events are counted from 0.
/// </summary>
internal sealed record SplitProgress
{
    /// <summary>So many events are rejected one by one, alike and none in between accepted, before the last one is tried and, if it is alike too, the rest is given up together.</summary>
    public const int MostAlike = 10;

    /// <summary>Events of the batch.</summary>
    public required int Events { get; init; }

    /// <summary>The first event that is not settled.</summary>
    public int Done { get; init; }

    /// <summary>The first event behind those that are not settled.</summary>
    public required int End { get; init; }

    /// <summary>Some event from <see cref="Done"/> on and before this one is guilty; 0: none is known to be.</summary>
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

    /// <summary>Whether every event is settled.</summary>
    [JsonIgnore]
    public bool IsDone => Done >= End;

    /// <summary>The next piece: from, inclusive, and to, exclusive.</summary>
    [JsonIgnore]
    public (int From, int To) Next
    {
        get
        {
            var most = Cap > 0 && Cap < Size ? Cap : Size;
            return IsProbing ? (End - 1, End) : (Done, Math.Min(End, Done + Math.Max(most, 1)));
        }
    }

    /// <summary>Before the first answer.</summary>
    public static SplitProgress Of(int events) => new() { Events = events, End = events, Size = events };

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static SplitProgress Read(string text) => JsonSerializer.Deserialize(text, SplitJson.Default.SplitProgress)!;

    /// <summary>As the ledger keeps it.</summary>
    public string Write() => JsonSerializer.Serialize(this, SplitJson.Default.SplitProgress);

    /// <summary>The next piece was accepted.</summary>
    public SplitProgress Accepted()
    {
        var (from, to) = Next;
        var after = this with { Delivered = Delivered + to - from, Alike = 0, IsProbing = false };
        if (IsProbing)
        {
            return after with { End = End - 1 };
        }

        after = after with { Done = to, Gap = Gap + to - from };
        return Guilty > to ? after with { Size = Math.Max(1, (Guilty - to) / 2) } : after with { Guilty = 0, Size = Doubled(to - from) };
    }

    /// <summary>The next piece was rejected.</summary>
    /// <param name="why">Status and reason.</param>
    /// <param name="isTooLarge">Whether only its size is to blame.</param>
    /// <param name="number">Which event of the piece is to blame, if the answer says so; those before it are stored.</param>
    /// <returns>What is left, and the events that are to be given up: none, the guilty one, or all that is left.</returns>
    public (SplitProgress After, int From, int To) Rejected(string why, bool isTooLarge, int? number)
    {
        var (from, to) = Next;
        var known = number is { } at && at >= 0 && at < to - from ? from + at : to - from == 1 ? from : -1;
        if (known < 0)
        {
            var half = (to - from) / 2;
            return (isTooLarge ? this with { Cap = half, Size = half } : this with { Guilty = to, Size = half }, from, from);
        }

        if (IsProbing)
        {
            return why == Why ? (this with { Done = End, GivenUp = GivenUp + End - Done }, Done, End)
                : (this with { End = End - 1, GivenUp = GivenUp + 1, IsProbing = false, Alike = 0 }, known, known + 1);
        }

        var gap = Gap + known - from;
        var delivered = Delivered + known - from;
        var alike = delivered > 0 ? 0 : why == Why ? Alike + 1 : 1;
        var after = this with
        {
            Done = known + 1,
            Guilty = 0,
            Delivered = delivered,
            GivenUp = GivenUp + 1,
            Gap = 0,
            Alike = alike,
            Why = why,

            // Where guilty events are rare the next piece is large, where they are dense it is small: what has to be sent again stays little.
            Size = (int)Math.Min(number is null ? Math.Max(1, 2L * gap) : 16L * (gap + 1), Events),
            IsProbing = alike >= MostAlike && End - known - 1 > 1,
        };
        return (after, known, known + 1);
    }

    private int Doubled(int size) => (int)Math.Min(2L * size, Events);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(SplitProgress))]
internal sealed partial class SplitJson : JsonSerializerContext;
