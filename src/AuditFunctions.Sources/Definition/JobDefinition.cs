using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Paging.None;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Definition;

/// <summary>A value of the answer that says that a job is done.</summary>
/// <param name="Name">The name of its placeholder.</param>
/// <param name="Path">Where it stands, for messages.</param>
/// <param name="IsOptional">Whether it may be missing: what uses it is then left out of a request.</param>
public sealed record JobCapture(string Name, string Path, bool IsOptional);

/// <summary>A job at the vendor, such as a search or an export: submitted, asked about until it is done, and its result read as pages.</summary>
/// <param name="Submit">Submits it.</param>
/// <param name="Poll">Asks about it, by its handle.</param>
/// <param name="Submitted">Reads the answer to <paramref name="Submit"/>: the page field, if there is one, is the handle.</param>
/// <param name="Polled">Reads the answer to <paramref name="Poll"/>: the page fields are the state, if there is one, what is captured, and whether the result is
/// partial, if that is said.</param>
public sealed record JobDefinition(RequestDefinition Submit, RequestDefinition Poll, ReadingDefinition Submitted, ReadingDefinition Polled)
{
    /// <summary>Where the handle stands, for messages; empty where the vendor has one job at a time, without a handle.</summary>
    public required string HandlePath { get; init; }

    /// <summary>The states that say that it is done and has no result.</summary>
    public required IReadOnlyList<string> Empty { get; init; }

    /// <summary>What is kept of the answer that says that it is done, in the order of its page fields behind the state.</summary>
    public required IReadOnlyList<JobCapture> Captures { get; init; }

    /// <summary>The states that say that it is done; empty where the status alone says it.</summary>
    public required IReadOnlyList<string> Ready { get; init; }

    /// <summary>The states that say that it will never be done.</summary>
    public required IReadOnlyList<string> Failed { get; init; }

    /// <summary>The most events that the vendor puts into a result: one that holds as many may have left some out. Null for any number.</summary>
    public int? Limit { get; init; }

    /// <summary>The values of the last page field that say that the vendor left events out of the result; empty where no field says that.</summary>
    public IReadOnlyList<string> Partial { get; init; } = [];

    /// <summary>How long to wait before it is asked about again.</summary>
    public required TimeSpan Wait { get; init; }

    /// <summary>How long it may take before it counts as lost.</summary>
    public required TimeSpan AtMost { get; init; }

    /// <summary>A source whose only answer is that to <see cref="Submit"/>.</summary>
    public SourceDefinition Submitting(SourceDefinition source) => Asking(source, Submit, Submitted);

    /// <summary>A source whose only answer is that to <see cref="Poll"/>.</summary>
    public SourceDefinition Polling(SourceDefinition source) => Asking(source, Poll, Polled);

    private static SourceDefinition Asking(SourceDefinition source, RequestDefinition request, ReadingDefinition reading) => source with
    {
        Request = request,
        Next = null,
        Paging = new PagingDefinition(new NoPaging(), []),
        Reading = reading,
        Progress = ProgressKind.Window,
        Job = null,
    };
}
