using System.Text.Json;
using AuditFunctions.WorkerHost.Protocol;

namespace AuditFunctions.WorkerHost;

/// <summary>A function that the worker has indexed.</summary>
public sealed class WorkerFunction
{
    internal WorkerFunction(RpcFunctionMetadata metadata)
    {
        Metadata = metadata;
        var binding = metadata.RawBindings.Single(binding => binding.Contains("Trigger\"", StringComparison.Ordinal));
        using var trigger = JsonDocument.Parse(binding);
        Trigger = trigger.RootElement.Clone();
    }

    /// <summary>Its name.</summary>
    public string Name => Metadata.Name;

    /// <summary>Its trigger, as the worker describes it.</summary>
    public JsonElement Trigger { get; }

    /// <summary>Its bindings, the trigger among them.</summary>
    public int Bindings => Metadata.RawBindings.Count;

    internal RpcFunctionMetadata Metadata { get; }

    internal string TriggerParameter => Trigger.GetProperty("name").GetString()!;
}
