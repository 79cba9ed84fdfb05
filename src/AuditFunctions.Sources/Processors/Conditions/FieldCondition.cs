using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Conditions;

/// <summary>A comparison with what stands at a field. Immutable.</summary>
internal interface IComparison
{
    /// <summary>Whether a value fulfils it.</summary>
    bool Holds(ReadOnlySpan<byte> json, JsonSlice value);

    /// <summary>Whether a value fulfils all of them.</summary>
    static bool AllHold(IReadOnlyList<IComparison> comparisons, ReadOnlySpan<byte> json, JsonSlice value)
    {
        foreach (var comparison in comparisons)
        {
            if (!comparison.Holds(json, value))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A field fulfils every comparison. Where a path leads to several fields, one of them is enough.</summary>
internal sealed class FieldCondition(FieldPath path, IReadOnlyList<IComparison> comparisons) : ICondition
{
    private readonly FieldPath[] _paths = [path.Only(FieldKinds.Scalars)];

    /// <inheritdoc/>
    public bool Holds(ReadOnlySpan<byte> json, FieldSearch search)
    {
        foreach (ref readonly var field in search.Find(json, _paths))
        {
            if (IComparison.AllHold(comparisons, json, field.Slice(json)))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Whether something stands at a field, <c>null</c> too.</summary>
internal sealed class Existence(FieldPath path, bool isThere) : ICondition
{
    private readonly FieldPath[] _paths = [path];

    /// <inheritdoc/>
    public bool Holds(ReadOnlySpan<byte> json, FieldSearch search) => search.Find(json, _paths, firstOnly: true).Length > 0 == isThere;
}
