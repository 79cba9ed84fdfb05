using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources;

/// <summary>What was asked for, to read its answer by. Holds secrets, so it has no text form.</summary>
internal sealed class AskedPage(SourceDefinition source, PageQuery query, Redactor known, Uri url)
{
    /// <summary>The source.</summary>
    public SourceDefinition Source { get; } = source;

    /// <summary>Which page.</summary>
    public PageQuery Query { get; } = query;

    /// <summary>The secrets that the request may hold, and what was exchanged for them.</summary>
    public Redactor Known { get; } = known;

    /// <summary>The request's address.</summary>
    public Uri Url { get; } = url;

    /// <summary>The instant of the request.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Measures how long a script takes.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Takes the answer's body for a person; null in a run.</summary>
    public Action<ReadOnlyMemory<byte>>? Note { get; init; }

    /// <summary>Whether its page waits for memory.</summary>
    public bool WaitsForMemory => Share?.Waits == true;

    /// <summary>What its page has of the memory of all pages, once there is one.</summary>
    public PageShare? Share { get; set; }
}
