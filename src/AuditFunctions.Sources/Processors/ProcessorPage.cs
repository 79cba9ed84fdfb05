using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors;

/// <summary>What is the same for all events of a page.</summary>
/// <param name="facts">The source.</param>
/// <param name="partition">The partition.</param>
/// <param name="keys">The values of the secrets that the list needs.</param>
internal sealed class ProcessorPage(ProcessorFacts facts, string partition, IReadOnlyDictionary<SecretName, byte[]> keys)
{
    private readonly Dictionary<IProcessor, HashSet<EventKey>> _seen = [];

    /// <summary>The source.</summary>
    public ProcessorFacts Facts { get; } = facts;

    /// <summary>The partition.</summary>
    public string Partition { get; } = partition;

    /// <summary>The value of a secret.</summary>
    /// <exception cref="KeyNotFoundException">The list does not name it.</exception>
    public byte[] Key(SecretName name) => keys[name];

    /// <summary>What an action remembers of the page.</summary>
    public HashSet<EventKey> SeenBy(IProcessor processor) => _seen.TryGetValue(processor, out var seen) ? seen : _seen[processor] = [];
}
