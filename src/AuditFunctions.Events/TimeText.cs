namespace AuditFunctions.Events;

/// <summary>Reads the fixed formats of <see cref="TimeFormat"/> from bytes, without allocating.</summary>
internal static class TimeText
{
    /// <summary>
    /// ISO 8601, extended: a date; after a <c>T</c> or space hours and minutes; optional seconds, fraction and zone.
    /// </summary>
    public static bool TryReadIso(ReadOnlySpan<byte> text, TimeZoneInfo zone, out DateTimeOffset instant)
    {
        instant = default;
        var reader = new DigitReader(text);
        if (!reader.Digits(4, out int year) || !reader.Skip('-') || !reader.Digits(2, out int month) || !reader.Skip('-')
            || !reader.Digits(2, out int day))
        {
            return false;
        }

        int hour = 0;
        int minute = 0;
        int second = 0;
        int ticks = 0;
        if (reader.Skip('T', ' ') || reader.Skip('t'))
        {
            if (!reader.Digits(2, out hour) || !reader.Skip(':') || !reader.Digits(2, out minute)
                || (reader.Skip(':') && !reader.Digits(2, out second))
                || (reader.Skip('.', ',') && !reader.Fraction(out ticks, out _)))
            {
                return false;
            }
        }

        return LocalClock.TryCombine(year, month, day, hour, minute, second, ticks, out DateTime local)
            && TryZone(ref reader, local, zone, out instant);
    }

    /// <summary>
    /// RFC 2822, section 3.3, with the obsolete forms of its section 4.3: no weekday, two-digit years, named zones, comments.
    /// </summary>
    public static bool TryReadRfc2822(ReadOnlySpan<byte> text, TimeZoneInfo zone, out DateTimeOffset instant)
    {
        instant = default;
        int comment = text.IndexOf((byte)'(');
        var reader = new DigitReader((comment < 0 ? text : text[..comment]).Trim((byte)' '));
        if (!reader.Word().IsEmpty)
        {
            if (!reader.Skip(','))
            {
                return false;
            }

            reader.SkipSpaces();
        }

        if (!reader.Digits(2, out int day) && !reader.Digits(1, out day))
        {
            return false;
        }

        reader.SkipSpaces();
        int month = Month(reader.Word());
        reader.SkipSpaces();
        if (!reader.Digits(4, out int year))
        {
            if (!reader.Digits(2, out year))
            {
                return false;
            }

            year += year < 50 ? 2000 : 1900;
        }

        reader.SkipSpaces();
        int second = 0;
        return reader.Digits(2, out int hour) && reader.Skip(':') && reader.Digits(2, out int minute)
            && (!reader.Skip(':') || reader.Digits(2, out second))
            && LocalClock.TryCombine(year, month, day, hour, minute, second, 0, out DateTime local)
            && TryZone(ref reader, local, zone, out instant);
    }

    /// <summary>Units since 1970; with <paramref name="fraction"/> a decimal point is allowed. Rounded down to 100 ns.</summary>
    public static bool TryReadUnix(ReadOnlySpan<byte> text, long unitsPerSecond, bool fraction, out DateTimeOffset instant)
    {
        instant = default;
        bool negative = text.StartsWith((byte)'-');
        text = negative ? text[1..] : text;
        int digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = digits < 0 ? text.Length : digits;
        if (digits is 0 or > 30)
        {
            return false;
        }

        Int128 units = 0;
        foreach (byte digit in text[..digits])
        {
            units = (units * 10) + (digit - '0');
        }

        int more = 0;
        bool exact = true;
        var rest = new DigitReader(text[digits..]);
        if (!rest.AtEnd && !(fraction && rest.Skip('.') && rest.Fraction(out more, out exact) && rest.AtEnd))
        {
            return false;
        }

        // In units of 1/(10^7 * unitsPerSecond) s nothing is lost before the division, which rounds down below zero too.
        Int128 magnitude = (units * TimeSpan.TicksPerSecond) + (more * unitsPerSecond);
        Int128 scaled = negative ? -magnitude - (exact ? 0 : 1) : magnitude;
        Int128 ticks = DateTime.UnixEpoch.Ticks + Floor(scaled, unitsPerSecond);
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        instant = new DateTimeOffset((long)ticks, TimeSpan.Zero);
        return true;
    }

    private static Int128 Floor(Int128 value, long divisor) => (value / divisor) - (value < 0 && value % divisor != 0 ? 1 : 0);

    /// <summary>What follows the time: <c>Z</c>, an offset or a name, or nothing, which is the zone.</summary>
    private static bool TryZone(ref DigitReader reader, DateTime local, TimeZoneInfo zone, out DateTimeOffset instant)
    {
        instant = default;
        reader.SkipSpaces();
        if (reader.AtEnd)
        {
            return LocalClock.TryInZone(local, zone, out instant);
        }

        bool known = char.IsAsciiLetter((char)reader.Next)
            ? TryNamed(reader.Word(), out int minutes)
            : reader.Offset(out minutes);
        return known && reader.AtEnd && LocalClock.TryAtOffset(local, minutes * TimeSpan.TicksPerMinute, out instant);
    }

    /// <summary>The names of RFC 2822; its military letters other than Z are refused, as their sign was never agreed on.</summary>
    private static bool TryNamed(ReadOnlySpan<byte> name, out int minutes)
    {
        minutes = 0;
        Span<byte> upper = stackalloc byte[3];
        if (name.Length > upper.Length)
        {
            return false;
        }

        for (int i = 0; i < name.Length; i++)
        {
            upper[i] = (byte)(name[i] & ~0x20);
        }

        upper = upper[..name.Length];
        if (upper.SequenceEqual("Z"u8) || upper.SequenceEqual("UT"u8) || upper.SequenceEqual("UTC"u8) || upper.SequenceEqual("GMT"u8))
        {
            return true;
        }

        if (upper.Length != 3 || upper[2] != 'T' || upper[1] is not ((byte)'S' or (byte)'D'))
        {
            return false;
        }

        int hours = upper[0] switch
        {
            (byte)'E' => -5,
            (byte)'C' => -6,
            (byte)'M' => -7,
            (byte)'P' => -8,
            _ => 0,
        };
        minutes = (hours + (upper[1] == 'D' ? 1 : 0)) * 60;
        return hours != 0;
    }

    private static int Month(ReadOnlySpan<byte> name)
    {
        if (name.Length != 3)
        {
            return 0;
        }

        ReadOnlySpan<byte> months = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"u8;
        for (int month = 1; month <= 12; month++)
        {
            ReadOnlySpan<byte> candidate = months.Slice((month - 1) * 3, 3);
            if ((name[0] & ~0x20) == candidate[0] && (name[1] & ~0x20) == candidate[1] && (name[2] & ~0x20) == candidate[2])
            {
                return month;
            }
        }

        return 0;
    }
}
