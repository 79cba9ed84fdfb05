using AuditFunctions.Configuration;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources;

/// <summary>What a source's token is kept under: changes with its definition, and is shared by its partitions unless they ask for it at different places.</summary>
internal static class TokenKeys
{
    /// <summary>The key of the token for a request.</summary>
    public static string Of(SourceDefinition source, PageQuery query)
    {
        var key = $"{source.Name}/{source.Fingerprint}";
        return query.Partition.Count > 0 && source.Auth.TokenAddresses.Any(address => IsOfPartition(address, source))
            ? $"{key}/{PartitionKey.Of(query.Partition.Values)}"
            : key;
    }

    private static bool IsOfPartition(string address, SourceDefinition source) => TextTemplate.Parse(address).Parts.Any(part => part.Name is { } name
        && (RunPlaceholders.LevelOf(name) is not null
            || source.Steps.Any(step => step.Levels.Count > 0 && step.Captures.Any(capture => capture.Name == RunPlaceholders.CaptureOf(name)))));
}
