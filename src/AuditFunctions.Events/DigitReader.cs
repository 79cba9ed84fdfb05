namespace AuditFunctions.Events;

/// <summary>Reads digits and punctuation from the bytes of a time, front to back. A failed read leaves it where it is.</summary>
internal ref struct DigitReader(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    /// <summary>Whether everything was read.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>The next byte, or 0 at the end.</summary>
    public readonly byte Next => _rest.IsEmpty ? (byte)0 : _rest[0];

    /// <summary>What was not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Skips one of two characters.</summary>
    public bool Skip(char c, char or)
    {
        if (_rest.IsEmpty || (_rest[0] != c && _rest[0] != or))
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }

    /// <summary>Skips a character.</summary>
    public bool Skip(char c) => Skip(c, c);

    /// <summary>Skips any spaces.</summary>
    public void SkipSpaces() => _rest = _rest.TrimStart((byte)' ');

    /// <summary>Reads exactly so many digits.</summary>
    public bool Digits(int count, out int value)
    {
        value = 0;
        if (_rest.Length < count)
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            int digit = _rest[i] - '0';
            if (digit is < 0 or > 9)
            {
                return false;
            }

            value = (value * 10) + digit;
        }

        _rest = _rest[count..];
        return true;
    }

    /// <summary>
    /// Reads one or more digits of a fraction as ticks of 100 ns; what is finer is cut off, and <paramref name="exact"/> tells whether that
    /// was nothing.
    /// </summary>
    public bool Fraction(out int ticks, out bool exact)
    {
        ticks = 0;
        exact = true;
        int count = 0;
        for (; count < _rest.Length && char.IsAsciiDigit((char)_rest[count]); count++)
        {
            int digit = _rest[count] - '0';
            ticks = count < 7 ? (ticks * 10) + digit : ticks;
            exact &= count < 7 || digit == 0;
        }

        for (int i = count; i < 7; i++)
        {
            ticks *= 10;
        }

        _rest = _rest[count..];
        return count > 0;
    }

    /// <summary>Reads a word of ASCII letters; empty if there is none.</summary>
    public ReadOnlySpan<byte> Word()
    {
        int count = 0;
        while (count < _rest.Length && char.IsAsciiLetter((char)_rest[count]))
        {
            count++;
        }

        ReadOnlySpan<byte> word = _rest[..count];
        _rest = _rest[count..];
        return word;
    }

    /// <summary>Reads <c>+hh:mm</c>, <c>+hhmm</c> or <c>+hh</c>, or the same with a minus, in minutes east of UTC.</summary>
    public bool Offset(out int minutes)
    {
        minutes = 0;
        bool west = Next == '-';
        if (!Skip('+', '-') || !Digits(2, out int hours) || hours > 23)
        {
            return false;
        }

        int more = 0;
        if (Skip(':') ? !Digits(2, out more) : !AtEnd && char.IsAsciiDigit((char)Next) && !Digits(2, out more))
        {
            return false;
        }

        minutes = ((hours * 60) + more) * (west ? -1 : 1);
        return more < 60;
    }
}
