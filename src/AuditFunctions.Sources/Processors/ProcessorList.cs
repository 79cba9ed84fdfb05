using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Sources.Processors;

/// <summary>What is done to each event of a source before it is packed, in order. Immutable and thread safe.</summary>
public sealed class ProcessorList
{
    internal ProcessorList(IReadOnlyList<ProcessorStep> steps, ProcessorErrorPolicy onError, bool? withholds, ProcessorFacts facts, IReadOnlyList<SecretName> secrets)
    {
        Steps = steps;
        OnError = onError;
        Facts = facts;
        Secrets = secrets;
        Withholds = withholds ?? steps.Any(step => step.Processor.Hides);
    }

    /// <summary>How many of its entries, the first ones, belong to a list that all destinations have, and are counted there.</summary>
    public int Shared { get; private init; }

    /// <summary>The names of its entries, in order.</summary>
    public IReadOnlyList<string> Names => [.. Steps.Select(step => step.Name)];

    /// <summary>What becomes of an event that an action failed on.</summary>
    public ProcessorErrorPolicy OnError { get; }

    /// <summary>The secrets that it needs.</summary>
    public IReadOnlyList<SecretName> Secrets { get; }

    /// <summary>
    /// Whether of what is no JSON only the length is kept in the dead letters: no action can hide anything in it. So by default where one of the actions hides
    /// something.
    /// </summary>
    public bool Withholds { get; }

    internal IReadOnlyList<ProcessorStep> Steps { get; }

    internal ProcessorFacts Facts { get; }

    /// <summary>This list with another one behind it; what becomes of an event that an action fails on is said here.</summary>
    internal ProcessorList Then(ProcessorList own) =>
        new([.. Steps, .. own.Steps], OnError, Withholds || own.Withholds, Facts, [.. Secrets.Concat(own.Secrets).Distinct()]) { Shared = Steps.Count };

    /// <summary>Begins a page.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="keys">The values of <see cref="Secrets"/>.</param>
    public ProcessorRun Start(string partition, IReadOnlyDictionary<SecretName, byte[]> keys) => new(this, new ProcessorPage(Facts, partition, keys));
}
