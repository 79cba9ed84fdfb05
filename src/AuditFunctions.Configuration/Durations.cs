using System.Globalization;

namespace AuditFunctions.Configuration;

/// <summary>Durations as people write them: <c>30s</c>, <c>5m</c>, <c>1h30m</c>, <c>7d</c>, <c>250ms</c>, or <c>hh:mm:ss</c>.</summary>
public static class Durations
{
    /// <summary>What a message says is allowed.</summary>
    public const string Allowed = "a duration such as 30s, 5m, 1h30m or 7d";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>Reads a duration; never negative, at most 36,500 days.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        text = text.Trim();
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration) && duration >= TimeSpan.Zero && duration <= Longest;
        }

        var at = 0;
        while (at < text.Length)
        {
            var digits = at;
            while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.'))
            {
                digits++;
            }

            var unit = digits;
            while (unit < text.Length && char.IsAsciiLetter(text[unit]))
            {
                unit++;
            }

            if (!double.TryParse(text.AsSpan(at, digits - at), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
                || UnitOf(text.AsSpan(digits, unit - digits)) is not { } one
                || count * one.TotalDays > Longest.TotalDays)
            {
                return false;
            }

            duration += count * one;
            if (duration > Longest)
            {
                return false;
            }

            at = unit;
        }

        return text.Length > 0;
    }

    /// <summary>Writes a duration in its shortest form: <c>90s</c> becomes <c>1m30s</c>.</summary>
    public static string Write(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        var text = duration < TimeSpan.Zero ? "-" : "";
        duration = duration.Duration();
        text += duration.Days > 0 ? $"{duration.Days}d" : "";
        text += duration.Hours > 0 ? $"{duration.Hours}h" : "";
        text += duration.Minutes > 0 ? $"{duration.Minutes}m" : "";
        text += duration.Seconds > 0 ? $"{duration.Seconds}s" : "";
        return text + (duration.Milliseconds > 0 ? $"{duration.Milliseconds}ms" : "");
    }

    private static TimeSpan? UnitOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ms" => TimeSpan.FromMilliseconds(1),
        "s" or "sec" => TimeSpan.FromSeconds(1),
        "m" or "min" => TimeSpan.FromMinutes(1),
        "h" => TimeSpan.FromHours(1),
        "d" => TimeSpan.FromDays(1),
        "w" => TimeSpan.FromDays(7),
        _ => null,
    };
}
