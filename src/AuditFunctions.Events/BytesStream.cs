namespace AuditFunctions.Events;

/// <summary>Bytes as a stream, without a copy of them. Readers that see no stop of their own see it at their next read.</summary>
/// <param name="bytes">The bytes.</param>
/// <param name="stop">Ends the reading.</param>
public sealed class BytesStream(ReadOnlyMemory<byte> bytes, CancellationToken stop) : Stream
{
    private const int BytesPerLook = 1 << 20;
    private int _at;
    private int _look = BytesPerLook;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => bytes.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _at;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_look <= 0)
        {
            stop.ThrowIfCancellationRequested();
            _look = BytesPerLook;
        }

        var count = Math.Min(buffer.Length, bytes.Length - _at);
        bytes.Span.Slice(_at, count).CopyTo(buffer);
        _at += count;
        _look -= count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin)
    {
        var to = offset + (origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _at, _ => bytes.Length });
        if (to < 0 || to > bytes.Length)
        {
            throw new IOException("There is nothing before the start and behind the end.");
        }

        return _at = (int)to;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
