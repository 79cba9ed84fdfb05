using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Sources.Processors.Files;

namespace AuditFunctions.Sources.Processors;

/// <summary>What the actions of a list need beside the events: each once.</summary>
/// <param name="Secrets">Names of secrets.</param>
/// <param name="Files">Lookup files.</param>
internal sealed record ProcessorNeeds(IReadOnlyList<SecretName> Secrets, IReadOnlyList<LookupFile> Files)
{
    /// <summary>Those secrets that wrap subjects' data keys.</summary>
    public IReadOnlyList<SecretName> SubjectSecrets { get; init; } = [];

    /// <summary>Those of both.</summary>
    public ProcessorNeeds And(ProcessorNeeds other) =>
        new([.. Secrets.Concat(other.Secrets).Distinct()], [.. Files.Concat(other.Files).Distinct()])
        {
            SubjectSecrets = [.. SubjectSecrets.Concat(other.SubjectSecrets).Distinct()],
        };
}
