using System.Buffers;

namespace AuditFunctions.Events;

/// <summary>
/// A buffer that grows by doubling, over pooled arrays: for pages and bodies, which would otherwise each allocate a large object. Not
/// thread safe. Spans and memories taken from it are void once it is written to again, cleared or disposed.
/// </summary>
public sealed class PooledBytes : IBufferWriter<byte>, IDisposable
{
    private const int SmallestSize = 4096;
    private readonly Func<int, byte[]?>? _large;
    private byte[] _bytes = [];

    /// <summary>Creates a buffer; no memory is taken before the first write.</summary>
    public PooledBytes()
    {
    }

    /// <summary>Creates a buffer with room for a number of bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public PooledBytes(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        Reserve(capacity);
    }

    /// <summary>Creates a buffer that grows beyond what pools keep only where it is given an array.</summary>
    /// <param name="large">Gives an array of at least so many bytes, as <see cref="MoveTo"/> takes them; null where it may grow by itself. What it throws ends the write.</param>
    public PooledBytes(Func<int, byte[]?> large) => _large = large;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes that there is room for altogether.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>What was written so far.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _bytes.AsSpan(0, Length);

    /// <summary>What was written so far.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    /// <summary>What was written so far, to be changed in place.</summary>
    public Span<byte> WrittenInPlace => _bytes.AsSpan(0, Length);

    /// <summary>Room for at least <paramref name="sizeHint"/> bytes and at least one, to be followed by <see cref="Advance"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sizeHint"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">The buffer would exceed the longest array, about 2 GB.</exception>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(Length);
    }

    /// <inheritdoc cref="GetSpan"/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(Length);
    }

    /// <summary>Makes room for exactly so many bytes altogether, or a little more, instead of growing by doubling.</summary>
    /// <param name="capacity">Bytes; less than there is room for changes nothing.</param>
    public void Widen(int capacity)
    {
        if (capacity > _bytes.Length)
        {
            Move(LargeArrays.Rent<byte>(capacity));
        }
    }

    /// <summary>Goes on in an array that is not of a pool and too large to be put into one.</summary>
    /// <param name="larger">The array; nothing happens when it is in use already.</param>
    /// <exception cref="ArgumentException">It is too short for what was written.</exception>
    public void MoveTo(byte[] larger)
    {
        if (larger != _bytes)
        {
            Move(larger);
        }
    }

    /// <summary>Has what another buffer holds, and the array it is in, in place of its own; the other one is empty then.</summary>
    public void TakeOver(PooledBytes other)
    {
        ArgumentNullException.ThrowIfNull(other);
        LargeArrays.Return(_bytes);
        (_bytes, Length) = (other._bytes, other.Length);
        (other._bytes, other.Length) = ([], 0);
    }

    /// <summary>Counts bytes as written that were put into the last span or memory.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than there was room for.</exception>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - Length);
        Length += count;
    }

    /// <summary>Appends a copy of some bytes, which may be this buffer's own.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        byte[] before = _bytes;
        if (bytes.Length > _bytes.Length - Length)
        {
            // The old array is given back only after the copy: the bytes may stand in it.
            _bytes = Larger(bytes.Length);
            before.AsSpan(0, Length).CopyTo(_bytes);
        }

        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
        if (before != _bytes)
        {
            LargeArrays.Return(before);
        }
    }

    /// <summary>Puts bytes in the place of others that were written.</summary>
    /// <exception cref="ArgumentException">They would reach beyond what was written.</exception>
    public void Overwrite(int at, ReadOnlySpan<byte> bytes) => bytes.CopyTo(_bytes.AsSpan(0, Length)[at..]);

    /// <summary>Forgets what was written; keeps the memory.</summary>
    public void Clear() => Length = 0;

    /// <summary>Forgets what was written beyond a length.</summary>
    /// <param name="length">0 to <see cref="Length"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative or more than was written.</exception>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    /// <summary>Gives the memory back to the pool. The buffer is then empty, and may be used again.</summary>
    public void Dispose()
    {
        Length = 0;
        LargeArrays.Return(_bytes);
        _bytes = [];
    }

    private void Reserve(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        if (Math.Max(sizeHint, 1) <= _bytes.Length - Length)
        {
            return;
        }

        Move(Larger(Math.Max(sizeHint, 1)));
    }

    private void Move(byte[] larger)
    {
        WrittenSpan.CopyTo(larger);
        LargeArrays.Return(_bytes);
        _bytes = larger;
    }

    private byte[] Larger(int more)
    {
        long needed = (long)Length + more;
        if (needed > Array.MaxLength)
        {
            throw new InvalidOperationException($"A buffer of {needed:N0} bytes is beyond the longest array.");
        }

        if (needed > LargeArrays.MostKept && _large?.Invoke((int)needed) is { } given)
        {
            return given;
        }

        return LargeArrays.Rent<byte>((int)Math.Min(Array.MaxLength, Math.Max(needed, Math.Max(SmallestSize, _bytes.Length * 2L))));
    }
}
