using System.Collections.ObjectModel;

namespace AuditFunctions.Sources;

/// <summary>Which page to ask for.</summary>
/// <param name="From">Start of the window.</param>
/// <param name="To">End of the window.</param>
/// <param name="Cursor">Cursor of the page; null for the first.</param>
/// <param name="PageSize">How many events to ask for; null for as many as the definition says.</param>
/// <param name="NotAfter">When the answer must be there, if that is before the request's own time-out.</param>
public sealed record PageQuery(
    DateTimeOffset From,
    DateTimeOffset To,
    string? Cursor,
    int? PageSize = null,
    DateTimeOffset? NotAfter = null)
{
    /// <summary>
    /// The most events that a page of this window held so far that held fewer than were asked for: what the vendor really gives at once; 0
    /// when it is not known to give fewer.
    /// </summary>
    public int MostGiven { get; init; }

    /// <summary>The pages of the window that were read in this run, by their events, each with its number or offset; null when unknown.</summary>
    public IReadOnlyDictionary<ulong, string?>? Earlier { get; init; }

    /// <summary>The values of the partition by level; empty where the source has one partition.</summary>
    public IReadOnlyDictionary<string, string> Partition { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The values of an item of a list, by path, whose answer is asked for; empty for everything else.</summary>
    public IReadOnlyDictionary<string, string> Item { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The handle of the vendor's job whose result is asked for; null where there is none.</summary>
    public string? Job { get; init; }

    /// <summary>What the answer that the job is done held, by name; empty where there is none.</summary>
    public IReadOnlyDictionary<string, string> JobValues { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>When the page may take more memory than every page has; null for at once.</summary>
    internal MemoryTurn? Turn { get; init; }

    /// <summary>Takes notes of requests and answers, for people; null in a run.</summary>
    public Inspection.PageNotes? Inspection { get; init; }
}
