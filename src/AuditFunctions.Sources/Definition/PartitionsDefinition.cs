namespace AuditFunctions.Sources.Definition;

/// <summary>Which partitions a source has.</summary>
/// <param name="Levels">One or two levels; a partition has a value of each.</param>
public sealed record PartitionsDefinition(IReadOnlyList<PartitionLevel> Levels)
{
    private readonly HashSet<string> _listed = Product(Levels).ToHashSet(StringComparer.Ordinal);

    /// <summary>Most partitions of one source.</summary>
    public const int MaxPartitions = 10_000;

    /// <summary>Whether the vendor is asked for some of them.</summary>
    public bool AreLookedUp => Levels.Any(level => level.Lookup is not null);

    /// <summary>How often those that are looked up are looked up again: as often as the level that wants it most.</summary>
    public TimeSpan Every => Levels.Where(level => level.Lookup is not null).Select(level => level.Lookup!.Every).DefaultIfEmpty(TimeSpan.MaxValue).Min();

    /// <summary>The keys of those that are listed; none when the vendor is asked.</summary>
    public IReadOnlyList<string> Listed { get; } = Product(Levels);

    /// <summary>Whether a key is one of those that are listed.</summary>
    public bool Lists(string key) => _listed.Contains(key);

    /// <summary>The values of a partition by the names of their levels; null when it cannot be one of these.</summary>
    public IReadOnlyDictionary<string, string>? ValuesOf(string key) =>
        PartitionKey.ValuesOf(key, Levels.Count) is { } values && values.Zip(Levels).All(pair => pair.Second.WhatIsWrong(pair.First) is null)
            ? NamedOf(values)
            : null;

    /// <summary>Values by the names of their levels; those of inner levels may be missing.</summary>
    public IReadOnlyDictionary<string, string> NamedOf(IReadOnlyList<string> values) =>
        values.Zip(Levels).ToDictionary(pair => pair.Second.Name, pair => pair.First, StringComparer.Ordinal);

    private static string[] Product(IReadOnlyList<PartitionLevel> levels)
    {
        if (levels.Any(level => level.Lookup is not null))
        {
            return [];
        }

        IEnumerable<string[]> keys = [[]];
        keys = levels.Aggregate(keys, (outer, level) => outer.SelectMany(values => level.Values, (values, value) => (string[])[.. values, value]));
        return [.. keys.Select(PartitionKey.Of)];
    }
}
