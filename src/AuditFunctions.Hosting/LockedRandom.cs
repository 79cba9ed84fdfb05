namespace AuditFunctions.Hosting;

/// <summary>The one source of chance of a running host, safe for many threads. Tests inject a seeded one instead.</summary>
internal sealed class LockedRandom : Random
{
#pragma warning disable RS0030 // The place where chance comes from; everybody else has it injected.
    private static readonly Random Source = Shared;
#pragma warning restore RS0030

    public override int Next(int maxValue) => Source.Next(maxValue);

    public override int Next(int minValue, int maxValue) => Source.Next(minValue, maxValue);

    public override int Next() => Source.Next();

    public override long NextInt64() => Source.NextInt64();

    public override long NextInt64(long maxValue) => Source.NextInt64(maxValue);

    public override double NextDouble() => Source.NextDouble();

    public override void NextBytes(Span<byte> buffer) => Source.NextBytes(buffer);
}
