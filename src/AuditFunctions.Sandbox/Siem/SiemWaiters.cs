namespace AuditFunctions.Sandbox;

/// <summary>Conditions that somebody awaits; checked after each request.</summary>
internal sealed class SiemWaiters
{
    private readonly Lock _gate = new();
    private readonly List<(Func<bool> Condition, TaskCompletionSource Reached)> _waiting = [];

    /// <summary>Completes as soon as a request has made the condition true, or at once.</summary>
    public async Task WaitAsync(Func<bool> condition, CancellationToken ct)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Add((condition, reached));
        }

        Check();
        try
        {
            await reached.Task.WaitAsync(ct);
        }
        finally
        {
            lock (_gate)
            {
                _waiting.RemoveAll(w => w.Reached == reached);
            }
        }
    }

    /// <summary>Checks all conditions.</summary>
    public void Check()
    {
        lock (_gate)
        {
            foreach (var (condition, reached) in _waiting)
            {
                if (!reached.Task.IsCompleted && condition())
                {
                    reached.TrySetResult();
                }
            }
        }
    }
}
