using System.Globalization;

namespace AuditFunctions.Sources.Requests;

/// <summary>Bounds of a window as vendors take them that count back from now: <c>{from:seconds-ago}</c>.</summary>
internal static class RelativeTime
{
    private static readonly Dictionary<string, TimeSpan> Units = new(StringComparer.Ordinal)
    {
        ["seconds-ago"] = TimeSpan.FromSeconds(1),
        ["minutes-ago"] = TimeSpan.FromMinutes(1),
        ["hours-ago"] = TimeSpan.FromHours(1),
        ["days-ago"] = TimeSpan.FromDays(1),
    };

    /// <summary>The names of the formats.</summary>
    public static IEnumerable<string> Names => Units.Keys;

    /// <summary>Whether a placeholder's format is one of these.</summary>
    public static bool IsKnown(string format) => Units.ContainsKey(format);

    /// <summary>How long ago the window's start is, rounded up so that it never starts later than meant; 0 when it is to come.</summary>
    public static string Start(string format, DateTimeOffset from, DateTimeOffset now)
    {
        var (ago, unit) = (Math.Max(0, (now - from).Ticks), Units[format].Ticks);
        return ((ago + unit - 1) / unit).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>How long ago the window's end is, rounded down so that it never ends earlier than meant.</summary>
    public static string End(string format, DateTimeOffset to, DateTimeOffset now) =>
        (Math.Max(0, (now - to).Ticks) / Units[format].Ticks).ToString(CultureInfo.InvariantCulture);
}
