namespace AuditFunctions.Sandbox;

/// <summary>Numbers the calls of one or several relays, from 1, in the order in which they arrive.</summary>
public sealed class RelayCounter
{
    private long _count;
    private int _underWay;

    /// <summary>Calls numbered so far.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Calls that neither ended nor broke off yet. A call that has reached its server is under way until it is answered, whether its client is still there or not.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>The number of the next call; each is followed by <see cref="End"/>.</summary>
    internal long Begin()
    {
        Interlocked.Increment(ref _underWay);
        return Interlocked.Increment(ref _count);
    }

    /// <summary>A call is over.</summary>
    internal void End() => Interlocked.Decrement(ref _underWay);
}
