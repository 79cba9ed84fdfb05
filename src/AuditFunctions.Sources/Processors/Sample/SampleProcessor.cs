using System.Buffers.Binary;
using System.Security.Cryptography;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Sample;

/// <summary>Keeps one of so many events, chosen by a hash of the event's id: which ones does not depend on when or how often they are read.</summary>
internal sealed class SampleProcessor(int oneIn) : IProcessor
{
    private const int Most = 1_000_000;

    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "sample",
        "`oneIn` (2 to 1,000,000)",
        "Keeps one event of so many, by a hash of its id: always the same ones.",
        (reader, _) =>
        {
            if (!reader.Has("oneIn"))
            {
                reader.Problems.Add(reader.At("oneIn"), "is missing: of how many events one is kept.");
            }

            return new SampleProcessor(reader.Integer("oneIn", 2, Most) ?? 2);
        });

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        // A key may be a UUID that starts with the time, so it is hashed once more.
        Span<byte> key = stackalloc byte[EventKey.Size];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        call.Key.WriteTo(key);
        SHA256.HashData(key, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash) % (ulong)oneIn == 0 ? ProcessorOutcome.Unchanged : ProcessorOutcome.Dropped;
    }
}
