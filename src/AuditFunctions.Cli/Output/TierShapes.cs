using AuditFunctions.Pipeline.Fetching;

namespace AuditFunctions.Cli.Output;

/// <summary>A lookback tier of a partition.</summary>
internal sealed record TierShape
{
    public required double WindowSeconds { get; init; }

    public required double EverySeconds { get; init; }

    /// <summary>When the last pass that read it wholly began.</summary>
    public required DateTimeOffset? LastPass { get; init; }

    /// <summary>How deep the pass that is under way has come.</summary>
    public required DateTimeOffset? UnderWayDownTo { get; init; }

    public required DateTimeOffset NextPass { get; init; }

    /// <summary>What a pass that begins now would read; nothing when <see cref="WouldReadTo"/> is not later.</summary>
    public required DateTimeOffset WouldReadFrom { get; init; }

    public required DateTimeOffset WouldReadTo { get; init; }

    public static IReadOnlyList<TierShape> Of(IReadOnlyList<TierView> tiers) =>
    [
        .. tiers.Select(view => new TierShape
        {
            WindowSeconds = view.Tier.Window.TotalSeconds,
            EverySeconds = view.Tier.Every.TotalSeconds,
            LastPass = view.ReadAt,
            UnderWayDownTo = view.ReachedAt,
            NextPass = view.DueAt,
            WouldReadFrom = view.FromAt,
            WouldReadTo = view.ToAt,
        }),
    ];
}
