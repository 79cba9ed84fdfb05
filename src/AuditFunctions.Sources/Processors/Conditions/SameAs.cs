using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Conditions;

/// <summary>
/// A field says the same as another one, and fulfils every comparison. Where a path leads to several fields, one of them is enough. Objects and arrays are
/// like none.
/// </summary>
internal sealed class SameAs(FieldPath path, FieldPath other, IReadOnlyList<IComparison> comparisons, bool ignoreCase) : ICondition
{
    private readonly FieldPath[] _paths = [path.Only(FieldKinds.Scalars)];
    private readonly FieldPath[] _others = [other.Only(FieldKinds.Scalars)];
    private readonly StringComparer _comparer = ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <inheritdoc/>
    public bool Holds(ReadOnlySpan<byte> json, FieldSearch search)
    {
        var wanted = new HashSet<string>(_comparer);
        foreach (ref readonly var field in search.Find(json, _others))
        {
            wanted.Add(JsonText.Unescape(json, field.Slice(json)));
        }

        foreach (ref readonly var field in wanted.Count > 0 ? search.Find(json, _paths) : [])
        {
            if (field.Slice(json) is var value && wanted.Contains(JsonText.Unescape(json, value)) && IComparison.AllHold(comparisons, json, value))
            {
                return true;
            }
        }

        return false;
    }
}
