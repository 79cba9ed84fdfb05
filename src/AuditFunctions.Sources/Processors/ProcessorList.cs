using System.Text;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Sources.Processors.Files;

namespace AuditFunctions.Sources.Processors;

/// <summary>What is done to each event of a source before it is packed, in order. Immutable and thread safe.</summary>
public sealed class ProcessorList
{
    /// <summary>Bytes that a key has at least.</summary>
    public const int ShortestKey = 16;

    internal ProcessorList(IReadOnlyList<ProcessorStep> steps, ProcessorErrorPolicy onError, bool? withholds, ProcessorFacts facts, ProcessorNeeds needs)
    {
        Steps = steps;
        OnError = onError;
        Facts = facts;
        Needs = needs;
        Withholds = withholds ?? steps.Any(step => step.Processor.Hides);
    }

    /// <summary>How many of its entries, the first ones, belong to a list that all destinations have, and are counted there.</summary>
    public int Shared { get; private init; }

    /// <summary>The names of its entries, in order.</summary>
    public IReadOnlyList<string> Names => [.. Steps.Select(step => step.Name)];

    /// <summary>What becomes of an event that an action failed on.</summary>
    public ProcessorErrorPolicy OnError { get; }

    /// <summary>The secrets that it needs.</summary>
    public IReadOnlyList<SecretName> Secrets => Needs.Secrets;

    /// <summary>Those secrets that wrap subjects' data keys.</summary>
    public IReadOnlyList<SecretName> SubjectSecrets => Needs.SubjectSecrets;

    /// <summary>The lookup files that it needs.</summary>
    public IReadOnlyList<LookupFile> Files => Needs.Files;

    /// <summary>
    /// Whether of what is no JSON only the length is kept in the dead letters: no action can hide anything in it. So by default where one of the actions hides
    /// something.
    /// </summary>
    public bool Withholds { get; }

    /// <summary>How long before an event's time an action of it remembers what other events said; zero when none does.</summary>
    public TimeSpan Remembers => Steps.Count == 0 ? TimeSpan.Zero : Steps.Max(step => step.Processor.Remembers ?? TimeSpan.Zero);

    internal IReadOnlyList<ProcessorStep> Steps { get; }

    internal ProcessorFacts Facts { get; }

    internal ProcessorNeeds Needs { get; }

    /// <summary>The key that a secret's value is.</summary>
    /// <exception cref="SecretException">It is so short that all could be tried.</exception>
    public static byte[] KeyOf(SecretName name, string value)
    {
        var key = Encoding.UTF8.GetBytes(value);
        return key.Length >= ShortestKey
            ? key
            : throw new SecretException(
                $"The secret '{name}' is too short for a key ({key.Length} of {ShortestKey} bytes): whoever tries all such keys reads what it hides. Store a long random one, such as 'openssl rand -hex 32' gives.");
    }

    /// <summary>This list with another one behind it; what becomes of an event that an action fails on is said here.</summary>
    internal ProcessorList Then(ProcessorList own) =>
        new([.. Steps, .. own.Steps], OnError, Withholds || own.Withholds, Facts, Needs.And(own.Needs)) { Shared = Steps.Count };

    /// <summary>Begins a page.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="means">The values of <see cref="Secrets"/> and what was read of <see cref="Files"/>.</param>
    public ProcessorRun Start(string partition, ProcessorMeans means) => new(this, new ProcessorPage(Facts, partition, means));
}
