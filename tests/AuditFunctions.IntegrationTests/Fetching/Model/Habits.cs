using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Tests.Fetching.Model;

/// <summary>How a vendor behaves, and what the source's definition says of it. Durations are half seconds.</summary>
internal sealed record Habits
{
    public required EventOrder Order { get; init; }

    public required ProgressKind Progress { get; init; }

    /// <summary>Times are compared in whole multiples of this.</summary>
    public required int Grain { get; init; }

    public required bool FromInclusive { get; init; }

    public required bool ToInclusive { get; init; }

    /// <summary>Pages are counted, so that late events shift them; else each starts after the last event of the one before.</summary>
    public required bool ByOffset { get; init; }

    public required int PageSize { get; init; }

    public required int Lag { get; init; }

    public required int Overlap { get; init; }

    /// <summary>0: none.</summary>
    public required int MaxWindow { get; init; }

    /// <summary>How many tiers of <see cref="AllTiers"/> are declared.</summary>
    public required int Tiers { get; init; }

    /// <summary>How far the vendor's clock is ahead of ours.</summary>
    public required int AheadBy { get; init; }

    public required int MaxPages { get; init; }

    /// <summary>Ids in a chunk of the checkpoint row.</summary>
    public required int ChunkIds { get; init; }

    public required int Interval { get; init; }

    public static LookbackTier[] AllTiers => [new(TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(5)), new(TimeSpan.FromHours(2), TimeSpan.FromMinutes(30))];

    public IReadOnlyList<LookbackTier> DeclaredTiers => AllTiers[..Tiers];

    public TimeSpan GrainTime => TimeSpan.FromSeconds(Grain * 0.5);

    public static Habits Of(Random random)
    {
        var progress = random.Next(5) == 0 ? ProgressKind.Cursor : ProgressKind.Window;
        var grain = random.Next(4) switch { 0 => 2, 1 => 120, _ => 1 };
        return new Habits
        {
            Order = progress == ProgressKind.Cursor ? EventOrder.Ascending : (EventOrder)random.Next(3),
            Progress = progress,
            Grain = grain,
            FromInclusive = random.Next(2) == 0,
            ToInclusive = random.Next(2) == 0,
            ByOffset = progress == ProgressKind.Window && random.Next(4) == 0,
            PageSize = random.Next(3) == 0 ? 100 : random.Next(1, 8),
            Lag = random.Next(3) switch { 0 => 10, 1 => 120, _ => 0 },
            Overlap = random.Next(3) switch { 0 => 0, 1 => 60, _ => 1_200 },
            MaxWindow = progress == ProgressKind.Cursor ? 0 : random.Next(3) switch { 0 => 600, 1 => 3_600, _ => 0 },
            Tiers = progress == ProgressKind.Cursor ? 0 : random.Next(3),
            AheadBy = random.Next(5) == 0 ? random.Next(200) : 0,
            MaxPages = random.Next(2) == 0 ? 1_000 : random.Next(1, 5),
            ChunkIds = random.Next(1, 5),
            Interval = random.Next(2) == 0 ? 120 : 1_200,
        };
    }

    public IEnumerable<Habits> Plainer()
    {
        Habits[] plainer =
        [
            this with { PageSize = 100 }, this with { ByOffset = false }, this with { MaxWindow = 0 }, this with { Tiers = Tiers == 2 ? 1 : 0 }, this with { MaxPages = 1_000 }, this with { ChunkIds = 1_000 },
            this with { FromInclusive = true }, this with { ToInclusive = false }, this with { Grain = 1 }, this with { Lag = 0 }, this with { Order = EventOrder.Ascending },
        ];
        return plainer.Where(habits => habits != this);
    }
}
