using System.Globalization;

namespace AuditFunctions.Sandbox;

/// <summary>Reads instants out of queries, as UTC ticks.</summary>
internal static class QueryTimes
{
    /// <summary>Reads ISO 8601 with a zone. Null is fine and stays null; false means that the text is no such instant.</summary>
    public static bool TryIso(string? text, out long? ticks)
    {
        ticks = null;
        if (text is null)
        {
            return true;
        }

        if (text.Contains(' ', StringComparison.Ordinal)
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            return false;
        }

        ticks = at.UtcTicks;
        return true;
    }

    /// <summary>Reads an instant in a format. Null is fine and stays null.</summary>
    public static bool TryRead(string? text, VendorTimeFormat format, out long? ticks)
    {
        if (format == VendorTimeFormat.Iso || text is null)
        {
            return TryIso(text, out ticks);
        }

        var isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        ticks = DateTime.UnixEpoch.Ticks
            + (number * (format == VendorTimeFormat.UnixSeconds ? TimeSpan.TicksPerSecond : TimeSpan.TicksPerMillisecond));
        return isNumber;
    }

    /// <summary>Cuts an instant to a multiple of a granularity.</summary>
    public static long Truncate(long ticks, TimeSpan granularity) => ticks - (ticks % Math.Max(1, granularity.Ticks));
}
