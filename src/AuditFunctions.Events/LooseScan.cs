namespace AuditFunctions.Events;

/// <summary>
/// Finds where values end that need not be JSON, by brackets and quotes alone: what stands inside a string, and which tokens follow each other,
/// is not looked at. For pages that <see cref="PageCutter"/> refused; a byte at a time.
/// </summary>
internal static class LooseScan
{
    /// <summary>
    /// The comma or closing bracket after the value at an offset, or <paramref name="end"/> when it reaches so far; -1 when it does not end: a bracket or a quote is open, or the
    /// bracket that ends it is not of the kind that began it.
    /// </summary>
    public static int EndOfValue(ReadOnlySpan<byte> page, int at, int end)
    {
        int depth = 0;
        byte opening = 0;
        for (; at < end; at++)
        {
            byte value = page[at];
            switch (value)
            {
                case (byte)'"':
                    at = EndOfString(page, at, end);
                    if (at < 0)
                    {
                        return -1;
                    }

                    break;
                case (byte)'{' or (byte)'[':
                    opening = depth++ == 0 ? value : opening;
                    break;
                case (byte)'}' or (byte)']':
                    if (depth == 0)
                    {
                        return at;
                    }

                    if (--depth == 0 && value - opening != 2)
                    {
                        return -1;
                    }

                    break;
                case (byte)',' when depth == 0:
                    return at;
            }
        }

        return depth == 0 ? end : -1;
    }

    /// <summary>Where the string or the bracketed value at an offset ends, whatever stands behind it; the end for everything else.</summary>
    public static int EndOfToken(ReadOnlySpan<byte> page, int at, int end)
    {
        if (at < end && page[at] == '"')
        {
            int close = EndOfString(page, at, end);
            return close < 0 ? end : close + 1;
        }

        int depth = 0;
        for (; at < end; at++)
        {
            switch (page[at])
            {
                case (byte)'"':
                    at = EndOfString(page, at, end);
                    if (at < 0)
                    {
                        return end;
                    }

                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                case (byte)'}' or (byte)']' when --depth <= 0:
                    return at + 1;
                case not ((byte)'{' or (byte)'[') when depth == 0:
                    return end;
            }
        }

        return end;
    }

    /// <summary>The closing quote of the string whose opening quote stands at an offset; -1 when there is none.</summary>
    public static int EndOfString(ReadOnlySpan<byte> page, int at, int end)
    {
        at++;
        while (at < end)
        {
            int next = page[at..end].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
            {
                return -1;
            }

            at += next;
            if (page[at] == '"')
            {
                return at;
            }

            at += 2;
        }

        return -1;
    }

    /// <summary>The first offset from which no white space stands.</summary>
    public static int SkipBlanks(ReadOnlySpan<byte> page, int at, int end)
    {
        while (at < end && page[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }

        return at;
    }

    /// <summary>The end of what stands before an offset, without the white space there.</summary>
    public static int TrimEnd(ReadOnlySpan<byte> page, int start, int end)
    {
        while (end > start && page[end - 1] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            end--;
        }

        return end;
    }
}
