using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Operations.Destinations;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Inspection;

namespace AuditFunctions.Cli.Output;

/// <summary>All sources.</summary>
internal sealed record SourceListShape(IReadOnlyList<SourceShape> Sources);

/// <summary>A source in short.</summary>
internal sealed record SourceShape
{
    public required string Name { get; init; }

    public required string? Template { get; init; }

    public required IReadOnlyList<string> Destinations { get; init; }

    public required bool Enabled { get; init; }

    /// <summary>How often it is polled, in seconds; null when the row is wrong.</summary>
    public required double? IntervalSeconds { get; init; }

    public required IReadOnlyList<ProblemShape> Problems { get; init; }

    public static SourceShape Of(DefinedRow<SourceDefinition> row, IReadOnlyList<Problem> problems) => new()
    {
        Name = row.Row.Name,
        Template = row.Row[SourceColumns.Template],
        Destinations = DestinationUse.NamedBy(row),
        Enabled = RowSwitch.IsOn(row),
        IntervalSeconds = row.Definition?.Timing.Interval.TotalSeconds,
        Problems = ProblemShape.Of(problems),
    };
}

/// <summary>A source with all that is known of it.</summary>
internal sealed record SourceDetailShape(
    string Name,
    IReadOnlyDictionary<string, string> Columns,
    SourceDefinitionShape? Definition,
    IReadOnlyList<CheckpointShape> Checkpoints,
    IReadOnlyList<ProblemShape> Problems);

/// <summary>What a row means, in short.</summary>
internal sealed record SourceDefinitionShape
{
    public required string Request { get; init; }

    /// <summary>window or cursor: what carries progress.</summary>
    public required string Progress { get; init; }

    public required string Order { get; init; }

    public required double IntervalSeconds { get; init; }

    public required double LagSeconds { get; init; }

    public required double OverlapSeconds { get; init; }

    public required double LookbackSeconds { get; init; }

    public required DateTimeOffset? Since { get; init; }

    public required double? MaxWindowSeconds { get; init; }

    public required int PageSize { get; init; }

    /// <summary>Placeholder to the name of its secret.</summary>
    public required IReadOnlyDictionary<string, string> Secrets { get; init; }

    public static SourceDefinitionShape Of(SourceDefinition source) => new()
    {
        Request = $"{source.Request.Method} {source.Request.Url}",
        Progress = source.Progress switch { ProgressKind.Cursor => "cursor", ProgressKind.Listing => "listing", _ => "window" },
        Order = source.Order.ToString().ToLowerInvariant(),
        IntervalSeconds = source.Timing.Interval.TotalSeconds,
        LagSeconds = source.Timing.Lag.TotalSeconds,
        OverlapSeconds = source.Timing.Overlap.TotalSeconds,
        LookbackSeconds = source.Timing.Lookback.TotalSeconds,
        Since = source.Timing.Since,
        MaxWindowSeconds = source.Timing.MaxWindow?.TotalSeconds,
        PageSize = source.Timing.PageSize,
        Secrets = source.Secrets.ToDictionary(secret => secret.Key, secret => secret.Value.ToString(), StringComparer.Ordinal),
    };
}

/// <summary>How far a partition is. Of a cursor only its length is shown: a vendor may hide a token in it.</summary>
internal sealed record CheckpointShape
{
    public required string Partition { get; init; }

    public required DateTimeOffset? HighWaterMark { get; init; }

    public required DateTimeOffset? WindowFrom { get; init; }

    public required DateTimeOffset? WindowTo { get; init; }

    public required int CursorLength { get; init; }

    public required long Events { get; init; }

    public required DateTimeOffset? LastPoll { get; init; }

    public required string? LastError { get; init; }

    /// <summary>What makes it doubtful that all events are read, though polls go well.</summary>
    public string? Doubt { get; init; }

    /// <summary>The last stretch whose events may be missing.</summary>
    public GapShape? Gap { get; init; }

    public static CheckpointShape Of(PartitionId partition, Checkpoint checkpoint) => new()
    {
        Partition = partition.Partition,
        HighWaterMark = checkpoint.MarkAt,
        WindowFrom = checkpoint.Window?.FromAt,
        WindowTo = checkpoint.Window?.ToAt,
        CursorLength = checkpoint.Cursor?.Length ?? 0,
        Events = checkpoint.Status.Events,
        LastPoll = checkpoint.Status.LastPollAt,
        LastError = checkpoint.Status.LastError,
        Doubt = checkpoint.Status.Doubt,
        Gap = checkpoint.Gap is { } gap ? new GapShape(gap.FromAt, gap.ToAt, gap.FoundAt) : null,
    };
}

/// <summary>What a dry run of a source found.</summary>
internal sealed record SourceTestShape
{
    public required string Name { get; init; }

    /// <summary>The partition that was looked at; null when the source has one only.</summary>
    public required string? Partition { get; init; }

    /// <summary>All partitions; null when the source has one only.</summary>
    public required IReadOnlyList<string>? Partitions { get; init; }

    /// <summary>Whether a run would take the page.</summary>
    public required bool Ok { get; init; }

    public required string? Problem { get; init; }

    public required DateTimeOffset? WindowFrom { get; init; }

    public required DateTimeOffset? WindowTo { get; init; }

    public required int Events { get; init; }

    /// <summary>Events that were not sent before.</summary>
    public required int NewEvents { get; init; }

    public required int EventsWithTime { get; init; }

    public required bool IsLastPage { get; init; }

    /// <summary>What the template found on each page that was asked for.</summary>
    public required IReadOnlyList<SourceTestPageShape> Pages { get; init; }

    public required IReadOnlyList<SourceTestEventShape> FirstEvents { get; init; }

    public required IReadOnlyList<TierShape> Tiers { get; init; }

    /// <summary>What its processors make of the first events; null when that was not asked for or it has none.</summary>
    public PreviewShape? Processors { get; init; }

    public required CheckpointShape Checkpoint { get; init; }
}

/// <summary>What a template found on one page, and the request for the page after it.</summary>
internal sealed record SourceTestPageShape(IReadOnlyList<SourceTestFindingShape> Findings, string? NextRequest)
{
    public static SourceTestPageShape Of(PageNotes page) =>
        new([.. (page.Page?.Lines ?? []).Select(line => new SourceTestFindingShape(line.Text, line.IsDoubtful))], page.NextRequest);
}

/// <summary>What stands at a path of the template, or what a condition says.</summary>
internal sealed record SourceTestFindingShape(string Text, bool IsDoubtful);

/// <summary>An event of a dry run; <paramref name="Event"/> is its JSON as a text, byte for byte.</summary>
internal sealed record SourceTestEventShape(string Id, DateTimeOffset? Time, string Event);
