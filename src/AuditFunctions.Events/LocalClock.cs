namespace AuditFunctions.Events;

/// <summary>Turns the date and time on a wall clock into an instant. One that shows no offset is read in a zone.</summary>
internal static class LocalClock
{
    private const long TicksPerDay = TimeSpan.TicksPerDay;

    /// <summary>Puts a date and time together. 24:00:00 is the next midnight; a leap second is read as the second before it.</summary>
    /// <returns>False for a date or time that does not exist.</returns>
    public static bool TryCombine(int year, int month, int day, int hour, int minute, int second, int ticks, out DateTime local)
    {
        local = default;
        bool midnight = hour == 24 && minute == 0 && second == 0 && ticks == 0;
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || (hour > 23 && !midnight) || minute > 59 || second > 60)
        {
            return false;
        }

        long time = (hour * TimeSpan.TicksPerHour) + (minute * TimeSpan.TicksPerMinute)
            + (Math.Min(second, 59) * TimeSpan.TicksPerSecond) + ticks;
        long date = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified).Ticks;
        if (date + time > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        local = new DateTime(date + time, DateTimeKind.Unspecified);
        return true;
    }

    /// <summary>The instant of a local time with a known offset; false outside the years 1 to 9999.</summary>
    public static bool TryAtOffset(DateTime local, long offsetTicks, out DateTimeOffset instant)
    {
        long ticks = local.Ticks - offsetTicks;
        bool valid = ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;
        instant = valid ? new DateTimeOffset(ticks, TimeSpan.Zero) : default;
        return valid;
    }

    /// <summary>
    /// The instant of a local time in a zone. Where the clock is turned back and shows a time twice, the earlier instant, so that nothing
    /// is skipped; where it is turned forward past a time, that time as if it had not been.
    /// </summary>
    public static bool TryInZone(DateTime local, TimeZoneInfo zone, out DateTimeOffset instant)
    {
        TimeSpan offset = zone.GetUtcOffset(local);
        if (zone.IsAmbiguousTime(local))
        {
            offset = zone.GetAmbiguousTimeOffsets(local).Max();
        }
        else if (zone.IsInvalidTime(local) && local.Ticks > TicksPerDay)
        {
            // Clocks change at most once a day, so that the offset of the day before is the one before the change.
            offset = zone.GetUtcOffset(local.AddDays(-1));
        }

        return TryAtOffset(local, offset.Ticks, out instant);
    }
}
