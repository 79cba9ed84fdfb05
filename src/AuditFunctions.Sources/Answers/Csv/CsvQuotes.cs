using AuditFunctions.Events;

namespace AuditFunctions.Sources.Answers.Csv;

/// <summary>
/// Quotes in separated values that quote nothing (RFC 4180 wants values with a quote in them to be quoted): the reader takes each for the start of quoted text, and
/// one in the middle of a value, such as the inches of a disk, would make one value of all rows up to the next.
/// </summary>
internal static class CsvQuotes
{
    // More is no slip of a vendor's, and a copy of it would not be counted.
    private const int MostBytes = 16 << 20;

    /// <summary>Quotes the values with a quote in them behind which their line ends before the next one. Others stay as they are.</summary>
    /// <param name="answer">The values in UTF-8.</param>
    /// <param name="delimiter">Stands between two columns.</param>
    /// <param name="bounds">Ends the looking.</param>
    /// <returns>Null when all quoted values end, else what is wrong.</returns>
    public static string? Mend(ref ReadOnlyMemory<byte> answer, byte delimiter, ShapeBounds bounds)
    {
        var fault = Find(answer.Span, delimiter, bounds, out var values);
        if (values.Count == 0)
        {
            return fault;
        }

        if (answer.Length > MostBytes)
        {
            return $"a value of it has a quote in its middle, and in more than {MostBytes >> 20} MB that is not corrected";
        }

        answer = Quoted(answer.Span, values);
        return fault;
    }

    // The values to quote: where each starts and ends.
    private static string? Find(ReadOnlySpan<byte> answer, byte delimiter, ShapeBounds bounds, out List<(int Start, int End)> values)
    {
        values = [];
        var start = ByteOrderMark.LengthOf(answer);
        var isQuoted = (bool?)null;
        for (var at = start; answer[at..].IndexOf((byte)'"') is var found and >= 0;)
        {
            bounds.Step(0);
            var quote = at + found;
            if (answer[at..quote].LastIndexOfAny(delimiter, (byte)'\n', (byte)'\r') is var border and >= 0)
            {
                (start, isQuoted) = (at + border + 1, null);
            }

            isQuoted ??= answer[start..quote].Trim((byte)' ').IsEmpty;
            var length = answer[(quote + 1)..].IndexOf((byte)'"');
            if (isQuoted.Value && length < 0)
            {
                return "a quoted value of it does not end: the answer is not whole";
            }

            var isAlone = !isQuoted.Value && (length < 0 || answer.Slice(quote + 1, length).ContainsAny((byte)'\n', (byte)'\r'));
            if (isAlone)
            {
                var end = answer[(quote + 1)..].IndexOfAny(delimiter, (byte)'\n', (byte)'\r');
                values.Add((start, end < 0 ? answer.Length : quote + 1 + end));
            }

            at = isAlone ? quote + 1 : quote + length + 2;
        }

        return null;
    }

    private static byte[] Quoted(ReadOnlySpan<byte> answer, List<(int Start, int End)> values)
    {
        using var mended = new PooledBytes(answer.Length + (4 * values.Count));
        var at = 0;
        foreach (var (start, end) in values)
        {
            mended.Write(answer[at..start]);
            mended.Write("\""u8);
            foreach (var part in answer[start..end].Split((byte)'"'))
            {
                mended.Write(part.Start.Value == 0 ? [] : "\"\""u8);
                mended.Write(answer[start..end][part]);
            }

            mended.Write("\""u8);
            at = end;
        }

        mended.Write(answer[at..]);
        return mended.WrittenSpan.ToArray();
    }
}
