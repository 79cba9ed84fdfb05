namespace AuditFunctions.Chaos.Records;

/// <summary>A process from its start to its end.</summary>
/// <param name="child">Its place, from 1.</param>
/// <param name="number">How many it is at that place, from 1.</param>
internal sealed class Life(int child, int number)
{
    private volatile bool _wasKilled;
    private volatile bool _hasStarted;

    public int Child => child;

    public int Number => number;

    /// <summary>Whether it was ended by SIGKILL.</summary>
    public bool WasKilled
    {
        get => _wasKilled;
        set => _wasKilled = value;
    }

    /// <summary>Whether it said that it had started.</summary>
    public bool HasStarted
    {
        get => _hasStarted;
        set => _hasStarted = value;
    }

    public override string ToString() => $"process {child}.{number}{(WasKilled ? ", killed" : "")}";
}
