using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Sources.Processors.Files;
using AuditFunctions.Sources.Processors.Repeats;
using AuditFunctions.Sources.Processors.Subjects;

namespace AuditFunctions.Sources.Processors;

/// <summary>What a list needs beside the events.</summary>
/// <param name="Keys">The values of its secrets.</param>
/// <param name="Files">Its lookup files.</param>
public sealed record ProcessorMeans(IReadOnlyDictionary<SecretName, byte[]> Keys, IReadOnlyDictionary<LookupFile, LoadedLookup> Files)
{
    /// <summary>Measures how long a script takes.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>The data keys of subjects.</summary>
    public PageSubjects Subjects { get; init; } = new();

    /// <summary>What events of earlier pages said.</summary>
    public PageRepeats Repeats { get; init; } = new();
}
