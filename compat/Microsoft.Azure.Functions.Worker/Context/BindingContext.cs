namespace Microsoft.Azure.Functions.Worker;

public abstract class BindingContext
{
    /// <summary>What the trigger knows of its message: for a queue <c>Id</c>, <c>DequeueCount</c>, <c>InsertionTime</c>, ...</summary>
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
