using System.Text;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Definition;

/// <summary>One level of a source's partitions: its values are listed, looked up at the vendor, or both.</summary>
/// <param name="Name">Its name: <c>{partition.NAME}</c> stands for its value.</param>
/// <param name="Values">The values that are listed.</param>
/// <param name="Lookup">How the others are looked up; null when there are none.</param>
public sealed record PartitionLevel(string Name, IReadOnlyList<string> Values, PartitionLookup? Lookup)
{
    /// <summary>Whether a value is a part of the vendor's host, and so must be a label of a host name.</summary>
    public bool IsInHost { get; init; }

    /// <summary>What is wrong with a value; null when nothing is.</summary>
    public string? WhatIsWrong(string value) =>
        value.Length == 0 ? "is empty"
        : value.Length > PartitionKey.MaxValueLength ? $"is longer than {PartitionKey.MaxValueLength} characters"
        : value is "." or ".." ? "leads elsewhere in an address"
        : value.Any(char.IsControl) ? "holds a control character"
        : !IsText(value) ? "holds half of a surrogate pair, or what stands for it (U+FFFD)"
        : IsInHost && !IsHostLabel(value) ? "is no part of a host name: letters, digits and '-' only"
        : null;

    // Two values that differ in what is no character would be one wherever text is UTF-8.
    private static bool IsText(string value)
    {
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar)
            {
                return false;
            }
        }

        return true;
    }

    // Without a dot, so that the host stays one of those that the template names.
    private static bool IsHostLabel(string value) =>
        value.Length <= 63 && value.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && value[0] != '-' && value[^1] != '-';
}

/// <summary>How the values of a level are looked up.</summary>
/// <param name="Request">The first page's request; it may use the values of the level above.</param>
/// <param name="Next">The request with a cursor, where it differs from the first.</param>
/// <param name="Paging">How the next page is found.</param>
/// <param name="Reading">Where the items stand: the first field of an item is its value, the others are those of <paramref name="Where"/>.</param>
/// <param name="Where">What an item must say to count.</param>
public sealed record PartitionLookup(
    RequestDefinition Request,
    RequestDefinition? Next,
    PagingDefinition Paging,
    ReadingDefinition Reading,
    IReadOnlyList<PartitionCondition> Where)
{
    /// <summary>How often they are looked up again.</summary>
    public required TimeSpan Every { get; init; }

    /// <summary>A source that lists the items instead of events.</summary>
    public SourceDefinition Over(SourceDefinition source) =>
        source with { Request = Request, Next = Next, Paging = Paging, Reading = Reading, Progress = ProgressKind.Window, Order = EventOrder.Unordered, Expand = null, Job = null };
}

/// <summary>An item counts when the value at a path is one of some.</summary>
/// <param name="Field">Index of the path among the item's fields.</param>
/// <param name="Is">The values, as text.</param>
public sealed record PartitionCondition(int Field, IReadOnlyList<string> Is);
