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

    /// <summary>Milliseconds since 1970 as older .NET servers write them: <c>/Date(1769853600123)/</c>; an offset behind them does not move the instant.</summary>
    public static bool TryReadJsonDate(ReadOnlySpan<byte> text, out DateTimeOffset instant)
    {
        instant = default;
        ReadOnlySpan<byte> before = "/Date("u8;
        ReadOnlySpan<byte> behind = ")/"u8;
        if (!text.StartsWith(before) || !text.EndsWith(behind) || text.Length <= before.Length + behind.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> inner = text[before.Length..^behind.Length];
        int offset = 1 + inner[1..].IndexOfAny((byte)'+', (byte)'-');
        ReadOnlySpan<byte> digits = (offset > 0 ? inner[..offset] : inner).TrimStart((byte)'-');
        return digits.Length > 0 && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && (offset == 0 || (inner.Length == offset + 5 && !inner[(offset + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9')))
            && TryReadUnix(offset > 0 ? inner[..offset] : inner, 3, out instant);
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

    /// <summary>Units since 1970, in every form of a JSON number: a fraction and an exponent too. Rounded down to 100 ns.</summary>
    /// <param name="text">The number.</param>
    /// <param name="unitDigits">A second has ten to the power of this many units.</param>
    /// <param name="instant">The instant.</param>
    public static bool TryReadUnix(ReadOnlySpan<byte> text, int unitDigits, out DateTimeOffset instant)
    {
        // No number of that many digits in front of the point is an instant; behind it they only tell whether there was more.
        const int MaxDigits = 36;
        const int TickDigits = 7;
        instant = default;
        bool negative = text.StartsWith((byte)'-');
        int at = negative ? 1 : 0;
        Int128 digits = 0;
        int count = 0;
        int exponent = 0;
        bool exact = true;
        int start = at;
        for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
        {
            if (count == MaxDigits)
            {
                return false;
            }

            digits = (digits * 10) + (text[at] - '0');
            count += digits == 0 ? 0 : 1;
        }

        if (at == start || !TryFraction(text, ref at, ref digits, count, MaxDigits, ref exponent, ref exact)
            || !TryExponent(text, ref at, ref exponent) || at < text.Length)
        {
            return false;
        }

        exponent += TickDigits - unitDigits;
        for (; exponent > 0 && digits != 0; exponent--)
        {
            if (digits > DateTime.MaxValue.Ticks)
            {
                return false;
            }

            digits *= 10;
        }

        for (; exponent < 0 && digits != 0; exponent++)
        {
            (digits, Int128 cut) = Int128.DivRem(digits, 10);
            exact &= cut == 0;
        }

        Int128 ticks = DateTime.UnixEpoch.Ticks + (negative ? -digits - (exact ? 0 : 1) : digits);
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        instant = new DateTimeOffset((long)ticks, TimeSpan.Zero);
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<byte> text, ref int at, ref Int128 digits, int count, int max, ref int exponent, ref bool exact)
    {
        if (at == text.Length || text[at] != '.')
        {
            return true;
        }

        int start = ++at;
        for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
        {
            if (count < max)
            {
                digits = (digits * 10) + (text[at] - '0');
                count += digits == 0 ? 0 : 1;
                exponent--;
            }
            else
            {
                exact &= text[at] == '0';
            }
        }

        return at > start;
    }

    private static bool TryExponent(ReadOnlySpan<byte> text, ref int at, ref int exponent)
    {
        const int Largest = 10_000;
        if (at == text.Length || (text[at] | 0x20) != 'e')
        {
            return true;
        }

        at++;
        bool negative = at < text.Length && text[at] == '-';
        at += at < text.Length && text[at] is (byte)'-' or (byte)'+' ? 1 : 0;
        int start = at;
        int value = 0;
        for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
        {
            value = Math.Min(Largest, (value * 10) + (text[at] - '0'));
        }

        exponent += negative ? -value : value;
        return at > start;
    }

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
