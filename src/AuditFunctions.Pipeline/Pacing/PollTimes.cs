using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AuditFunctions.Pipeline.Pacing;

/// <summary>
/// When a source is polled: at fixed instants, a whole number of intervals after 1970, shifted by its name so that sources of the same interval do not
/// all start at once. Nothing needs to be remembered of the last poll.
/// </summary>
public static class PollTimes
{
    /// <summary>Whether a poll instant lies in (<paramref name="after"/>, <paramref name="upTo"/>].</summary>
    public static bool IsDue(string source, TimeSpan interval, DateTimeOffset after, DateTimeOffset upTo) =>
        SlotOf(source, interval, upTo) > SlotOf(source, interval, after);

    /// <summary>The first poll instant after another.</summary>
    public static DateTimeOffset NextAfter(string source, TimeSpan interval, DateTimeOffset after) =>
        DateTimeOffset.UnixEpoch.AddTicks(((SlotOf(source, interval, after) + 1) * interval.Ticks) + ShiftOf(source, interval));

    private static long SlotOf(string source, TimeSpan interval, DateTimeOffset at)
    {
        var ticks = at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks - ShiftOf(source, interval);
        return Math.DivRem(ticks, interval.Ticks, out var rest) - (rest < 0 ? 1 : 0);
    }

    private static long ShiftOf(string source, TimeSpan interval)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(source));
        return (long)(BinaryPrimitives.ReadUInt64LittleEndian(hash) % (ulong)interval.Ticks);
    }
}
