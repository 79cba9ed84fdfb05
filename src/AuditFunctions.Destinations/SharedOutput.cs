using AuditFunctions.Events;

namespace AuditFunctions.Destinations;

/// <summary>Standard output, shared by every destination that writes to it: a body at a time. Thread safe.</summary>
/// <param name="open">Opens it; called when something is first written.</param>
public sealed class SharedOutput(Func<Stream> open) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly CancellationTokenSource _leaving = new();
    private Stream? _stream;

    /// <summary>Writes a body and flushes it.</summary>
    /// <param name="body">The body; it is disposed of when it is not needed any more.</param>
    /// <param name="cancellationToken">
    /// Ends the wait for it. What has begun is not broken off, since half a body would be repeated as a whole: it goes on when the reader does.
    /// </param>
    /// <exception cref="IOException">It is closed.</exception>
    /// <exception cref="TimeoutException">It is not read, and nobody waits for that any more.</exception>
    public async Task WriteAsync(PooledBytes body, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _leaving.Token);
        try
        {
            await WriteInTurnAsync(body, ending.Token).WaitAsync(ending.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
    }

    /// <summary>Ends every wait for a reader that does not read: the process stops.</summary>
    public void Leave() => _leaving.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _gate.Dispose();
        _leaving.Dispose();
    }

    private async Task WriteInTurnAsync(PooledBytes body, CancellationToken cancellationToken)
    {
        using var owned = body;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            _stream ??= open();
            await _stream.WriteAsync(body.WrittenMemory, CancellationToken.None);
            await _stream.FlushAsync(CancellationToken.None);
        }
        finally
        {
            _gate.Release();
        }
    }
}
