using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace AuditFunctions.Events;

/// <summary>
/// Arrays for what grows with a page. Those of ordinary pages come from pools; of large ones a few are kept, and the rest is left to the garbage
/// collector: one large page must not cost its memory for ever.
/// </summary>
public static class LargeArrays
{
    /// <summary>The longest array that a pool keeps, in bytes.</summary>
    internal const int MostKept = 8 << 20;

    private const int MostShared = 1 << 20;
    private const int KeptPerSize = 3;

    private static readonly ArrayPool<byte> Kept = ArrayPool<byte>.Create(MostKept, KeptPerSize);

    /// <summary>An array of at least a length, not cleared.</summary>
    public static T[] Rent<T>(int length)
    {
        var bytes = (long)length * Unsafe.SizeOf<T>();
        return bytes <= MostShared ? ArrayPool<T>.Shared.Rent(length)
            : typeof(T) == typeof(byte) && bytes <= MostKept ? (T[])(object)Kept.Rent(length)
            : GC.AllocateUninitializedArray<T>(length);
    }

    /// <summary>Gives back what <see cref="Rent"/> gave.</summary>
    public static void Return<T>(T[] array)
    {
        var bytes = (long)array.Length * Unsafe.SizeOf<T>();
        if (!BitOperations.IsPow2(array.Length))
        {
            // Not of a pool: those give powers of two, and so perhaps twice as much as asked for.
            return;
        }

        if (bytes <= MostShared || (typeof(T) != typeof(byte) && bytes < 2 * MostShared))
        {
            ArrayPool<T>.Shared.Return(array);
        }
        else if (typeof(T) == typeof(byte) && bytes <= MostKept)
        {
            Kept.Return((byte[])(object)array);
        }
    }
}
