namespace AuditFunctions.Sources.Answers;

/// <summary>An answer as a stream, without a copy of it, for readers that see no stop of their own: they see it at their next read.</summary>
/// <param name="bytes">The answer.</param>
/// <param name="cancellationToken">Ends the reading.</param>
internal sealed class AnswerStream(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) : Stream
{
    private const int BytesPerLook = 1 << 20;
    private int _at;
    private int _look = BytesPerLook;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => bytes.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _at;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_at >= _look)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _look = _at + BytesPerLook;
        }

        var count = Math.Min(buffer.Length, bytes.Length - _at);
        bytes.Span.Slice(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
