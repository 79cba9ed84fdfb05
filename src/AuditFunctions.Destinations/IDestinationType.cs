using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Destinations;

/// <summary>A kind of destination: its columns, its framings, and what a row of it means. One folder each, and one line in the catalog.</summary>
public interface IDestinationType : INamedEntry
{
    /// <summary>What it is, in one line, for lists.</summary>
    string Title { get; }

    /// <summary>What proves that a body was accepted, in one line; nothing else counts as delivered.</summary>
    string Proof { get; }

    /// <summary>The columns beside those that all kinds have, its address first.</summary>
    IReadOnlyList<RowParameter> Columns { get; }

    /// <summary>Columns that a row usually needs although none of them alone is required, for the row to start from.</summary>
    IReadOnlyList<string> UsualColumns => [];

    /// <summary>The framings that it writes, or wrote before: where events stand in such a body.</summary>
    IReadOnlyDictionary<string, FrameLayout> Framings { get; }

    /// <summary>Makes the definition of a row whose columns were checked one by one; what it adds to the problems makes the row wrong.</summary>
    DestinationDefinition Define(string name, BoundParameters columns, Problems problems);
}
