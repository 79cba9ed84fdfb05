using AuditFunctions.Events;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Paging.None;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Definition;

/// <summary>
/// How each item of a list becomes a request of its own, whose answer holds the events: <c>request</c> and <c>paging</c> of the source are those of the
/// list, everything that it says of events is said of the answers.
/// </summary>
/// <param name="Request">The request for an item; its placeholders are the item's values.</param>
/// <param name="List">Where the items stand: the fields of an item are those of <paramref name="Paths"/>, then time, added values and conditions.</param>
/// <param name="Paths">The paths of the values that the request uses.</param>
public sealed record ExpandDefinition(RequestDefinition Request, ReadingDefinition List, IReadOnlyList<string> Paths)
{
    /// <summary>Most items of a page of the list.</summary>
    public const int MaxItems = 10_000;

    /// <summary>Most pages of an item's answer.</summary>
    public const int MaxItemPages = 1_000;

    /// <summary>How the pages of an item's answer follow each other; null where an answer is one request.</summary>
    public PagingDefinition? Pages { get; init; }

    /// <summary>How the answer for an item leads to its events by a link; null where it holds them.</summary>
    public ExpandedLink? Link { get; init; }

    /// <summary>Which of the values must be there: they stand in the address.</summary>
    public required IReadOnlySet<string> Needed { get; init; }

    /// <summary>What an item must say to count.</summary>
    public required IReadOnlyList<PartitionCondition> Where { get; init; }

    /// <summary>How many items are asked for at once.</summary>
    public required int Concurrency { get; init; }

    /// <summary>Values of the item that each of its events gets, by member: the index of each among the item's fields.</summary>
    public required IReadOnlyList<KeyValuePair<string, int>> Added { get; init; }

    /// <summary>The member that gets the event's number in its answer, from 1; null for none.</summary>
    public required string? NumberedAs { get; init; }

    /// <summary>Reads a page that is made of the events of several answers.</summary>
    public required PagePlan Together { get; init; }

    /// <summary>A source whose pages are those of the list.</summary>
    public SourceDefinition ListOf(SourceDefinition source) => source with { Reading = List, Expand = null };

    /// <summary>A source whose only page is the answer for an item.</summary>
    public SourceDefinition AnswersOf(SourceDefinition source) => OfItem(source, Link?.Request ?? Request, source.Reading);

    /// <summary>A source whose only page is the link to the answer for an item; null where there is none.</summary>
    public SourceDefinition? LinksOf(SourceDefinition source) => Link is null ? null : OfItem(source, Request, Link.Reading);

    private SourceDefinition OfItem(SourceDefinition source, RequestDefinition request, ReadingDefinition reading) => source with
    {
        Request = request,
        Reading = reading,
        Next = null,
        Paging = Pages ?? new PagingDefinition(new NoPaging(), []),
        Progress = ProgressKind.Window,
        Timing = source.Timing.IsWithinDay ? source.Timing with { IsWithinDay = false } : source.Timing,
        Expand = null,
    };
}
