namespace AuditFunctions.Sandbox;

/// <summary>What an event is made of: a pure function of the seed, its number and its time.</summary>
/// <param name="Seed">Seed of the log.</param>
/// <param name="Number">The event's number in its log, from 0.</param>
/// <param name="TimeTicks">When it happened, in UTC ticks.</param>
internal readonly record struct EventFacts(ulong Seed, int Number, long TimeTicks)
{
    /// <summary>The event's id. The same in every shape, so that all accounts agree.</summary>
    public Guid Id => IdOf(Seed, Number, stream: 0);

    /// <summary>Bits that choose among a shape's variants.</summary>
    public ulong Bits => Chance.Mix(Seed ^ 0xA5A5A5A5UL, (ulong)Number);

    /// <summary>Another id of the event, such as that of its request.</summary>
    public Guid OtherId(ulong stream) => IdOf(Seed, Number, stream);

    private static Guid IdOf(ulong seed, int number, ulong stream)
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, Chance.Mix(seed + (stream << 32), (ulong)number * 2));
        BitConverter.TryWriteBytes(bytes[8..], Chance.Mix(seed + (stream << 32), ((ulong)number * 2) + 1));
        return new Guid(bytes);
    }
}
