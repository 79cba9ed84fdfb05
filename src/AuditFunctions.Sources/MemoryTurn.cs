namespace AuditFunctions.Sources;

/// <summary>
/// Whose turn it is to take memory, of pages that are read at the same time and used one after the other: a later one that held much would keep the one
/// before it from being finished.
/// </summary>
internal sealed class MemoryTurn
{
    private readonly TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _given = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the page needs more memory than is free.</summary>
    public Task Wanted => _wanted.Task;

    /// <summary>It is the page's turn.</summary>
    public void Give() => _given.TrySetResult();

    /// <summary>Waits for the turn.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        _wanted.TrySetResult();
        return _given.Task.WaitAsync(cancellationToken);
    }
}
