using AuditFunctions.Events;

namespace AuditFunctions.Sources.Answers;

/// <summary>What some files have in front of what is packed, such as who packed it and how.</summary>
internal static class AnswerHeading
{
    private const int MostBytes = 64 * 1024;

    /// <summary>Takes a heading away: all up to the end of the first line that says <paramref name="mark"/>. An answer without such a line keeps all.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="mark">The line; empty where there is no heading.</param>
    public static void Drop(PooledBytes answer, ReadOnlySpan<byte> mark)
    {
        var bytes = answer.WrittenSpan;
        var most = Math.Min(bytes.Length, MostBytes);
        for (var start = 0; mark.Length > 0 && start < most;)
        {
            var length = bytes[start..most].IndexOf((byte)'\n');
            if (length < 0)
            {
                return;
            }

            var line = bytes.Slice(start, length).TrimEnd((byte)'\r');
            start += length + 1;
            if (line.SequenceEqual(mark))
            {
                var rest = bytes[start..].ToArray();
                answer.Clear();
                answer.Write(rest);
                return;
            }
        }
    }
}
