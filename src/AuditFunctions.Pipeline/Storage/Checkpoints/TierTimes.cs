using System.Globalization;
using AuditFunctions.Configuration;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Storage.Checkpoints;

/// <summary>When each tier was last read wholly, as the checkpoint keeps it: <c>3h@2026-01-01T00:00:00.0000000Z 3d@...</c>.</summary>
internal static class TierTimes
{
    /// <summary>When a tier was last read; null when never.</summary>
    public static DateTimeOffset? LastOf(string? text, LookbackTier tier)
    {
        var start = Durations.Write(tier.Window) + "@";
        foreach (var entry in (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (entry.StartsWith(start, StringComparison.Ordinal)
                && DateTimeOffset.TryParse(entry.AsSpan(start.Length), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            {
                return at;
            }
        }

        return null;
    }

    /// <summary>The text once every tier up to a window was read at an instant: a tier covers the shallower ones. Tiers that are not declared any more are left out.</summary>
    public static string After(string? text, IReadOnlyList<LookbackTier> tiers, TimeSpan window, DateTimeOffset at) =>
        string.Join(' ', tiers
            .Select(tier => (tier, Last: tier.Window <= window ? at : LastOf(text, tier)))
            .Where(entry => entry.Last is not null)
            .Select(entry => $"{Durations.Write(entry.tier.Window)}@{entry.Last!.Value.UtcDateTime:O}"));
}
