using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AuditFunctions.Events;

/// <summary>
/// 64 bytes of a page, asked all at once: each answer is a mask whose bit i is about byte i. One implementation per vector width, so
/// that every machine uses what it has and the tests can run each of them anywhere.
/// </summary>
internal interface IBlock<TSelf>
    where TSelf : struct, IBlock<TSelf>
{
    /// <summary>Bytes in a block, and bits in a mask.</summary>
    const int Size = 64;

    /// <summary>Takes the first 64 of the bytes.</summary>
    static abstract TSelf Load(ReadOnlySpan<byte> bytes);

    /// <summary>The bytes equal to a value.</summary>
    ulong Equal(byte value);

    /// <summary>The bytes equal to a value once bit 0x20 is set: <c>{</c> finds <c>[</c> too, <c>}</c> finds <c>]</c>.</summary>
    ulong EqualFolded(byte value);

    /// <summary>The bytes below a value, unsigned.</summary>
    ulong Below(byte value);

    /// <summary>The bytes from 0x80.</summary>
    ulong NonAscii();
}

/// <summary>A block in one 512-bit vector.</summary>
internal readonly struct Block512 : IBlock<Block512>
{
    private readonly Vector512<byte> _v;

    private Block512(Vector512<byte> v) => _v = v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block512 Load(ReadOnlySpan<byte> bytes) => new(Vector512.Create(bytes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Equal(byte value) => Vector512.Equals(_v, Vector512.Create(value)).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong EqualFolded(byte value) =>
        Vector512.Equals(_v | Vector512.Create((byte)0x20), Vector512.Create(value)).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Below(byte value) => Vector512.LessThan(_v, Vector512.Create(value)).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NonAscii() => _v.ExtractMostSignificantBits();
}

/// <summary>A block in two 256-bit vectors.</summary>
internal readonly struct Block256 : IBlock<Block256>
{
    private readonly Vector256<byte> _low;
    private readonly Vector256<byte> _high;

    private Block256(Vector256<byte> low, Vector256<byte> high)
    {
        _low = low;
        _high = high;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block256 Load(ReadOnlySpan<byte> bytes) => new(Vector256.Create(bytes), Vector256.Create(bytes[32..]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Equal(byte value) =>
        Mask(Vector256.Equals(_low, Vector256.Create(value)), Vector256.Equals(_high, Vector256.Create(value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong EqualFolded(byte value) => Mask(
        Vector256.Equals(_low | Vector256.Create((byte)0x20), Vector256.Create(value)),
        Vector256.Equals(_high | Vector256.Create((byte)0x20), Vector256.Create(value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Below(byte value) =>
        Mask(Vector256.LessThan(_low, Vector256.Create(value)), Vector256.LessThan(_high, Vector256.Create(value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NonAscii() => Mask(_low, _high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(Vector256<byte> low, Vector256<byte> high) =>
        low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);
}

/// <summary>A block in four 128-bit vectors.</summary>
internal readonly struct Block128 : IBlock<Block128>
{
    private readonly Vector128<byte> _a;
    private readonly Vector128<byte> _b;
    private readonly Vector128<byte> _c;
    private readonly Vector128<byte> _d;

    private Block128(ReadOnlySpan<byte> bytes)
    {
        _a = Vector128.Create(bytes);
        _b = Vector128.Create(bytes[16..]);
        _c = Vector128.Create(bytes[32..]);
        _d = Vector128.Create(bytes[48..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block128 Load(ReadOnlySpan<byte> bytes) => new(bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Equal(byte value)
    {
        Vector128<byte> v = Vector128.Create(value);
        return Mask(Vector128.Equals(_a, v), Vector128.Equals(_b, v), Vector128.Equals(_c, v), Vector128.Equals(_d, v));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong EqualFolded(byte value)
    {
        Vector128<byte> v = Vector128.Create(value);
        Vector128<byte> bit = Vector128.Create((byte)0x20);
        return Mask(
            Vector128.Equals(_a | bit, v), Vector128.Equals(_b | bit, v), Vector128.Equals(_c | bit, v), Vector128.Equals(_d | bit, v));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Below(byte value)
    {
        Vector128<byte> v = Vector128.Create(value);
        return Mask(Vector128.LessThan(_a, v), Vector128.LessThan(_b, v), Vector128.LessThan(_c, v), Vector128.LessThan(_d, v));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NonAscii() => Mask(_a, _b, _c, _d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(Vector128<byte> a, Vector128<byte> b, Vector128<byte> c, Vector128<byte> d) =>
        a.ExtractMostSignificantBits()
        | ((ulong)b.ExtractMostSignificantBits() << 16)
        | ((ulong)c.ExtractMostSignificantBits() << 32)
        | ((ulong)d.ExtractMostSignificantBits() << 48);
}
