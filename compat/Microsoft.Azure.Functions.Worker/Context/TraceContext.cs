namespace Microsoft.Azure.Functions.Worker;

/// <summary>The trace that this invocation belongs to, as W3C trace context headers.</summary>
public abstract class TraceContext
{
    public abstract string TraceParent { get; }

    public abstract string TraceState { get; }
}
