using System.Buffers.Text;
using System.Globalization;

namespace AuditFunctions.Sandbox;

/// <summary>Writes the value of one slot and returns its length, at most <see cref="EventSlots.MaxBytes"/>.</summary>
internal delegate int EventSlot(Span<byte> output, in EventFacts facts);

/// <summary>The slots that an <see cref="EventTemplate"/> may contain.</summary>
internal static class EventSlots
{
    /// <summary>Longest value of a slot.</summary>
    public const int MaxBytes = 64;

    private static readonly string[] People = ["Ada Okafor", "Zoë Müller", "佐藤 健", "Sam \\\"Red\\\" O'Neil", "Ren\\u00e9e {ops}"];
    private static readonly string[] Logins = ["ada", "zoe", "sato", "sam", "renee"];

    /// <summary>The slot with this name.</summary>
    public static EventSlot Find(string name) => name switch
    {
        "id" => (output, in facts) => Guid(output, facts.Id),
        "transaction" => (output, in facts) => Guid(output, facts.OtherId(1)),
        "session" => (output, in facts) => Guid(output, facts.OtherId(2)),
        "number" => (output, in facts) => Number(output, facts.Number),
        "iso" => (output, in facts) => Iso(output, facts.TimeTicks),
        "iso0000" => (output, in facts) => Time(output, facts.TimeTicks, "yyyy-MM-dd'T'HH:mm:ss'.000+0000'"),
        "ms" => (output, in facts) => Number(output, (facts.TimeTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond),
        "s" => (output, in facts) => Number(output, (facts.TimeTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond),
        "person" => (output, in facts) => Choose(output, People, facts.Bits),
        "login" => (output, in facts) => Choose(output, Logins, facts.Bits),
        "user" => (output, in facts) => Number(output, (long)(facts.Bits % 5000)),
        "octet" => (output, in facts) => Number(output, (long)((facts.Bits >> 16) % 254) + 1),
        "port" => (output, in facts) => Number(output, (long)((facts.Bits >> 24) % 60000) + 1024),
        _ => throw new ArgumentException($"There is no slot '${name}$'.", nameof(name)),
    };

    /// <summary>Writes <c>2026-01-01T00:00:00.000Z</c>.</summary>
    public static int Iso(Span<byte> output, long ticks) => Time(output, ticks, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    private static int Time(Span<byte> output, long ticks, string format)
    {
        new DateTime(ticks, DateTimeKind.Utc).TryFormat(output, out var length, format, CultureInfo.InvariantCulture);
        return length;
    }

    private static int Guid(Span<byte> output, Guid id)
    {
        id.TryFormat(output, out var length);
        return length;
    }

    private static int Number(Span<byte> output, long number)
    {
        Utf8Formatter.TryFormat(number, output, out var length);
        return length;
    }

    private static int Choose(Span<byte> output, string[] among, ulong bits) =>
        System.Text.Encoding.UTF8.GetBytes(among[bits % (ulong)among.Length], output);
}
