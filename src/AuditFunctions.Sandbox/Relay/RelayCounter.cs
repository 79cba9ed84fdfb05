namespace AuditFunctions.Sandbox;

/// <summary>Numbers the calls of one or several relays, from 1, in the order in which they arrive.</summary>
public sealed class RelayCounter
{
    private long _count;

    /// <summary>Calls numbered so far.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The number of the next call.</summary>
    internal long Next() => Interlocked.Increment(ref _count);
}
