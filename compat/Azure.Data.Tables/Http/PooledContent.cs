using System.Buffers;
using Azure.Core;

namespace Azure.Data.Tables.Http;

/// <summary>
/// A request body in a pooled buffer. It goes back to the pool with the request, unless an attempt that was given up (a timeout, a
/// cancellation) may still be reading it: then the garbage collector has it.
/// </summary>
internal sealed class PooledContent(int sizeHint) : RequestContent, IBufferWriter<byte>
{
    private readonly Lock _lock = new();
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(sizeHint);
    private int _written;
    private int _readers;
    private bool _disposed;

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - _written);
        _written += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        var wanted = Math.Max(sizeHint, 1);
        if (_buffer.Length - _written < wanted)
        {
            Grow(wanted);
        }
        return _buffer.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override bool TryComputeLength(out long length)
    {
        length = _written;
        return true;
    }

    public override void WriteTo(Stream stream, CancellationToken cancellation)
    {
        var buffer = Acquire();
        try
        {
            stream.Write(buffer, 0, _written);
        }
        finally
        {
            Release();
        }
    }

    public override async Task WriteToAsync(Stream stream, CancellationToken cancellation)
    {
        var buffer = Acquire();
        try
        {
            await stream.WriteAsync(buffer.AsMemory(0, _written), cancellation).ConfigureAwait(false);
        }
        finally
        {
            Release();
        }
    }

    public override void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }
            _disposed = true;
            if (_readers == 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
            }
            _buffer = [];
        }
    }

    private byte[] Acquire()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _readers++;
            return _buffer;
        }
    }

    private void Release()
    {
        lock (_lock)
        {
            _readers--;
        }
    }

    private void Grow(int wanted)
    {
        var larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(_buffer.Length * 2, _written + wanted)));
        _buffer.AsSpan(0, _written).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
