using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Sources.Processors.Files;
using AuditFunctions.Sources.Processors.Repeats;
using AuditFunctions.Sources.Processors.Subjects;

namespace AuditFunctions.Sources.Processors;

/// <summary>What is the same for all events of a page.</summary>
/// <param name="facts">The source.</param>
/// <param name="partition">The partition.</param>
/// <param name="means">The secrets and files that the list needs.</param>
internal sealed class ProcessorPage(ProcessorFacts facts, string partition, ProcessorMeans means) : IDisposable
{
    private readonly Dictionary<IProcessor, object> _states = [];

    /// <summary>The source.</summary>
    public ProcessorFacts Facts { get; } = facts;

    /// <summary>The partition.</summary>
    public string Partition { get; } = partition;

    /// <summary>Measures how long a script takes.</summary>
    public TimeProvider Clock => means.Clock;

    /// <summary>The value of a secret.</summary>
    /// <exception cref="KeyNotFoundException">The list does not name it.</exception>
    public byte[] Key(SecretName name) => means.Keys[name];

    /// <summary>The data keys of subjects.</summary>
    public PageSubjects Subjects => means.Subjects;

    /// <summary>What events of earlier pages said.</summary>
    public PageRepeats Repeats => means.Repeats;

    /// <summary>What was read of a lookup file; null when it cannot be used.</summary>
    /// <param name="file">The file.</param>
    /// <param name="problem">Why not.</param>
    public T? File<T>(LookupFile file, out string problem)
        where T : class, ILookupContent
    {
        if (!means.Files.TryGetValue(file, out var loaded))
        {
            problem = $"lookup file '{file.Name}' was not loaded";
            return null;
        }

        problem = $"lookup file '{file.Name}' {loaded.Problem}";
        return loaded.Content as T;
    }

    /// <summary>What an action keeps for the length of the page; disposed with it.</summary>
    public T StateOf<T>(IProcessor processor, Func<T> make)
        where T : class
    {
        if (!_states.TryGetValue(processor, out var state))
        {
            _states[processor] = state = make();
        }

        return (T)state;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var state in _states.Values.OfType<IDisposable>())
        {
            state.Dispose();
        }
    }
}
