namespace AuditFunctions.Destinations;

/// <summary>Standard output, shared by every destination that writes to it: a body at a time. Thread safe.</summary>
/// <param name="open">Opens it; called when something is first written.</param>
public sealed class SharedOutput(Func<Stream> open) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private Stream? _stream;

    /// <summary>Writes a body and flushes it. It cannot be broken off.</summary>
    /// <exception cref="IOException">It is closed.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> body)
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            _stream ??= open();
            await _stream.WriteAsync(body, CancellationToken.None);
            await _stream.FlushAsync(CancellationToken.None);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();
}
