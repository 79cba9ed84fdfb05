using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Sources.Processors.Conditions;
using AuditFunctions.Sources.Processors.Files;

namespace AuditFunctions.Sources.Processors;

/// <summary>What an action's reader is given beside its map.</summary>
/// <param name="Condition">What <c>when</c> says; null when it is absent or wrong.</param>
/// <param name="SecretOf">The secret that a key names; null when it names none, which is a problem.</param>
internal sealed record ProcessorSettings(ICondition? Condition, Func<SettingReader, string, SecretName?> SecretOf)
{
    /// <summary>The source.</summary>
    public ProcessorFacts Facts { get; init; } = new("", "", "");

    /// <summary>The entry's name, and whose list it is in.</summary>
    public string Place { get; init; } = "";

    /// <summary>Takes the secrets that the action needs.</summary>
    public ICollection<SecretName> Secrets { get; init; } = [];

    /// <summary>Takes those of them that wrap subjects' data keys.</summary>
    public ICollection<SecretName> SubjectSecrets { get; init; } = [];

    /// <summary>The entries before it, as far as they are right.</summary>
    public IReadOnlyList<ProcessorStep> Before { get; init; } = [];

    /// <summary>Takes the lookup files that the action needs.</summary>
    public ICollection<LookupFile> Files { get; init; } = [];
}

/// <summary>Reads an action's own keys.</summary>
internal delegate IProcessor ProcessorReader(SettingReader reader, ProcessorSettings settings);

/// <summary>An action as the catalog lists it.</summary>
/// <param name="Name">The word in <c>action</c>.</param>
/// <param name="Keys">Its keys, for people.</param>
/// <param name="What">What it does, for people.</param>
/// <param name="Read">Reads its keys.</param>
internal sealed record ProcessorEntry(string Name, string Keys, string What, ProcessorReader Read) : INamedEntry
{
    /// <summary>Whether <c>when</c> must be there and is the action's own: it decides itself what becomes of the other events.</summary>
    public bool DecidesByCondition { get; init; }

    /// <summary>Its row in docs/processors.md, without the bars at both ends; a test compares them.</summary>
    public string Docs => $"`{Name}` | {Keys} | {What}";
}
