using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Sources.Definition;

/// <summary>Reads lookback tiers: a list of maps in a template, a text such as <c>3h every 15m, 3d every 6h</c> in a row.</summary>
internal static class TierReader
{
    private const string Key = "lookbackTiers";
    private const int MaxTiers = 4;
    private static readonly TimeSpan MinEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxWindow = TimeSpan.FromDays(30);

    /// <summary>The row's tiers if it has some, else the template's.</summary>
    public static IReadOnlyList<LookbackTier> Read(SettingReader timing, RowColumns columns, TimeSpan? retention, ProgressKind progress)
    {
        var problems = timing.Problems;
        var ofTemplate = OfTemplate(timing);
        var (where, tiers) = columns.Text(SourceColumns.LookbackTiers) is { } text
            ? (SourceColumns.LookbackTiers, OfRow(text, problems))
            : (timing.At(Key), ofTemplate);
        Check(tiers, where, retention, progress, problems);
        return tiers;
    }

    private static List<LookbackTier> OfTemplate(SettingReader timing)
    {
        var tiers = new List<LookbackTier>();
        foreach (var node in timing.List(Key))
        {
            if (node is not SettingMap map)
            {
                timing.Problems.Add(timing.At(Key), "must be a list such as [{ window: 3h, every: 15m }].");
                return [];
            }

            var item = timing.Item(Key, map);
            item.Required("window");
            item.Required("every");
            if (item.Duration("window", MinEvery, MaxWindow) is { } window && item.Duration("every", MinEvery, MaxWindow) is { } every)
            {
                tiers.Add(new LookbackTier(window, every));
            }

            item.Finish();
        }

        return tiers;
    }

    private static List<LookbackTier> OfRow(string text, Problems problems)
    {
        var tiers = new List<LookbackTier>();
        if (text.Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            return tiers;
        }

        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var words = part.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is not [var window, "every", var every] || !IsWithin(window, out var back) || !IsWithin(every, out var often))
            {
                problems.Add(
                    SourceColumns.LookbackTiers,
                    $"is '{text}'; allowed: none, or tiers such as 3h every 15m, 3d every 6h, with durations from {Durations.Write(MinEvery)} to {Durations.Write(MaxWindow)}.");
                return [];
            }

            tiers.Add(new LookbackTier(back, often));
        }

        return tiers;
    }

    private static bool IsWithin(string text, out TimeSpan duration) =>
        Durations.TryParse(text, out duration) && duration >= MinEvery && duration <= MaxWindow;

    private static void Check(List<LookbackTier> tiers, string where, TimeSpan? retention, ProgressKind progress, Problems problems)
    {
        if (tiers.Count > MaxTiers)
        {
            problems.Add(where, $"has {tiers.Count} tiers; allowed: at most {MaxTiers}.");
        }

        if (tiers.Count > 0 && progress != ProgressKind.Window)
        {
            problems.Add(where, "needs progress: window; with progress: cursor the vendor lists late events after the cursor by itself.");
        }

        for (var at = 0; at < tiers.Count; at++)
        {
            var (window, every) = tiers[at];
            if (every >= window)
            {
                problems.Add(where, $"reads {Durations.Write(window)} every {Durations.Write(every)}; 'every' must be shorter than the window, or events between two readings are missed.");
            }

            if (at > 0 && (window <= tiers[at - 1].Window || every <= tiers[at - 1].Every))
            {
                problems.Add(where, "must ascend: each tier reaches further back, and is read less often, than the one before it.");
            }

            if (retention is { } kept && window > kept)
            {
                problems.Add(where, $"reaches back {Durations.Write(window)}; the vendor keeps {Durations.Write(kept)} only.");
            }
        }
    }
}
