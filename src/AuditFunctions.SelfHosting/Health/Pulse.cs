namespace AuditFunctions.SelfHosting.Health;

/// <summary>Shows that one of the host's loops moves, and whether what it last asked of storage worked. Thread safe.</summary>
/// <param name="name">The loop, for people: <c>queue 'fetch'</c>.</param>
/// <param name="longest">How long it may stand still before it counts as stuck.</param>
/// <param name="time">The clock.</param>
internal sealed class Pulse(string name, TimeSpan longest, TimeProvider time)
{
    private readonly Lock _lock = new();
    private DateTimeOffset _movedAt = time.GetUtcNow();
    private DateTimeOffset? _failingSinceAt;
    private bool _hasWorked;

    /// <summary>It went round once, and storage answered.</summary>
    public void Worked() => Moved(worked: true);

    /// <summary>It went round once, and storage did not answer.</summary>
    public void Failed() => Moved(worked: false);

    /// <summary>Why the process is beyond help; null while the loop moves.</summary>
    public string? Stuck()
    {
        lock (_lock)
        {
            var still = time.GetUtcNow() - _movedAt;
            return still > longest ? $"{name} has not moved for {still.TotalMinutes:0} min" : null;
        }
    }

    /// <summary>Why the process does no work now; null when the loop's last round worked.</summary>
    public string? NotReady()
    {
        lock (_lock)
        {
            return _failingSinceAt is { } since ? $"{name}: storage has not answered since {since:HH:mm:ss} UTC"
                : _hasWorked ? null
                : $"{name}: not started yet";
        }
    }

    private void Moved(bool worked)
    {
        lock (_lock)
        {
            _movedAt = time.GetUtcNow();
            _failingSinceAt = worked ? null : _failingSinceAt ?? _movedAt;
            _hasWorked |= worked;
        }
    }
}
