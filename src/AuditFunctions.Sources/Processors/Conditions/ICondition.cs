using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Conditions;

/// <summary>Something that an event fulfils or not. Immutable; never fails on valid JSON, and takes time linear in the event.</summary>
internal interface ICondition
{
    /// <summary>Whether the event fulfils it.</summary>
    bool Holds(ReadOnlySpan<byte> json, FieldSearch search);
}

/// <summary>All, any or none of some conditions.</summary>
internal sealed class Combination(Combination.Kind kind, IReadOnlyList<ICondition> conditions) : ICondition
{
    /// <summary>How they are combined.</summary>
    public enum Kind
    {
        /// <summary>Each must hold.</summary>
        All,

        /// <summary>One must hold.</summary>
        Any,

        /// <summary>None may hold.</summary>
        None,
    }

    /// <inheritdoc/>
    public bool Holds(ReadOnlySpan<byte> json, FieldSearch search)
    {
        foreach (var condition in conditions)
        {
            if (condition.Holds(json, search) != (kind == Kind.All))
            {
                return kind == Kind.Any;
            }
        }

        return kind != Kind.Any;
    }
}
