using System.Collections.Frozen;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;
using AuditFunctions.Sources.Answers;
using AuditFunctions.Sources.Auth;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Processors;
using AuditFunctions.Sources.Processors.Files;
using AuditFunctions.Sources.Requests;
using AuditFunctions.Sources.Scripts;

namespace AuditFunctions.Sources.Definition;

/// <summary>In which order a vendor lists events inside a window.</summary>
public enum EventOrder
{
    /// <summary>Oldest first.</summary>
    Ascending,

    /// <summary>Newest first: the mark moves only when the window is drained.</summary>
    Descending,

    /// <summary>In no order that we may rely on: as <see cref="Descending"/>.</summary>
    Unordered,
}

/// <summary>What carries progress from one poll to the next.</summary>
public enum ProgressKind
{
    /// <summary>The high-water mark: the next window starts at it, less the overlap.</summary>
    Window,

    /// <summary>A position that the vendor keeps for us; when the vendor refuses it, a window from the mark takes over.</summary>
    Cursor,

    /// <summary>None: each poll lists everything there is. Of sources with a <see cref="SourceDefinition.Snapshot"/>.</summary>
    Listing,
}

/// <summary>Everything that is needed to pull one source: a template with a row's values. Immutable and checked.</summary>
public sealed record SourceDefinition
{
    /// <summary>The row's name.</summary>
    public required string Name { get; init; }

    /// <summary>The template's name; empty when the row brings its whole definition.</summary>
    public required string Template { get; init; }

    /// <summary>The vendor, as the template calls it; empty when the row brings its whole definition.</summary>
    public string Vendor { get; init; } = "";

    /// <summary>Whether it is polled.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Names of the destinations; at least one.</summary>
    public required IReadOnlyList<string> Destinations { get; init; }

    /// <summary>The secrets that its requests need, by placeholder.</summary>
    public required IReadOnlyDictionary<string, SecretName> Secrets { get; init; }

    /// <summary>The first page's request.</summary>
    public required RequestDefinition Request { get; init; }

    /// <summary>The request with a cursor, where it differs from the first.</summary>
    public RequestDefinition? Next { get; init; }

    /// <summary>The request for the page that a cursor names; the first page has none.</summary>
    public RequestDefinition RequestFor(string? cursor) => cursor is not null && Next is not null ? Next : Request;

    /// <summary>Whether a request says how many events to give at once.</summary>
    public bool AsksForSize => Request.Placeholders().Contains(RunPlaceholders.PageSize);

    /// <summary>Whether a request says from when to when events are wanted.</summary>
    public bool AsksForWindow => AsksForStart && Request.Placeholders().Contains(RunPlaceholders.To);

    /// <summary>Whether a request says from when on events are wanted.</summary>
    public bool AsksForStart => Request.Placeholders().Contains(RunPlaceholders.From);

    /// <summary>Its partitions; null when it has one only.</summary>
    public PartitionsDefinition? Partitions { get; init; }

    /// <summary>Its own way out; null for that of all sources.</summary>
    public NetworkDefinition? Network { get; init; }

    /// <summary>How each item of a page becomes a request of its own, whose answer holds the events; null when the page does.</summary>
    public ExpandDefinition? Expand { get; init; }

    /// <summary>The vendor's job whose result the pages are; null where pages are asked for at once.</summary>
    public JobDefinition? Job { get; init; }

    /// <summary>Requests that are made before the pages, in order.</summary>
    public IReadOnlyList<StepDefinition> Steps { get; init; } = [];

    /// <summary>For some of the destinations what is done to their events instead of <see cref="Processors"/>, which stand first in it.</summary>
    public IReadOnlyDictionary<string, ProcessorList> Routes { get; init; } = FrozenDictionary<string, ProcessorList>.Empty;

    /// <summary>Every secret of its processors.</summary>
    public IEnumerable<SecretName> ProcessorSecrets => Routes.Values.SelectMany(route => route.Secrets).Concat(Processors?.Secrets ?? []).Distinct();

    /// <summary>Those secrets that wrap subjects' data keys.</summary>
    public IEnumerable<SecretName> SubjectSecrets => Routes.Values.SelectMany(route => route.SubjectSecrets).Concat(Processors?.SubjectSecrets ?? []).Distinct();

    /// <summary>Every lookup file of its processors.</summary>
    public IEnumerable<LookupFile> LookupFiles => Routes.Values.SelectMany(route => route.Files).Concat(Processors?.Files ?? []).Distinct();

    /// <summary>How long before an event's time its processors remember what other events said; zero when none does.</summary>
    public TimeSpan Remembers => Routes.Values.Append(Processors).Max(list => list?.Remembers ?? TimeSpan.Zero);

    /// <summary>How requests prove who we are.</summary>
    public required IAuthScheme Auth { get; init; }

    /// <summary>How the next page is found.</summary>
    public required PagingDefinition Paging { get; init; }

    /// <summary>Where events, ids, times, cursors and flags stand in a page.</summary>
    public required ReadingDefinition Reading { get; init; }

    /// <summary>In which order events come.</summary>
    public required EventOrder Order { get; init; }

    /// <summary>What carries progress.</summary>
    public required ProgressKind Progress { get; init; }

    /// <summary>What of its listings is sent on, when it lists objects; null when it brings events.</summary>
    public SnapshotDefinition? Snapshot { get; init; }

    /// <summary>When and how far to read.</summary>
    public required TimingDefinition Timing { get; init; }

    /// <summary>What is done to each event before it is packed; null when its bytes go on as they came.</summary>
    public ProcessorList? Processors { get; init; }

    /// <summary>How the vendor says that we are too fast.</summary>
    public required ThrottlingDefinition Throttling { get; init; }

    /// <summary>Hash of everything above, so that caches notice an edited row.</summary>
    public required string Fingerprint { get; init; }
}

/// <summary>When and how far to read.</summary>
public sealed record TimingDefinition
{
    /// <summary>How often the source is polled.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Nothing newer than now minus this is asked for.</summary>
    public required TimeSpan Lag { get; init; }

    /// <summary>How far back each window starts before the high-water mark.</summary>
    public required TimeSpan Overlap { get; init; }

    /// <summary>What is read again further back, shallowest first; only with progress by window.</summary>
    public IReadOnlyList<LookbackTier> Tiers { get; init; } = [];

    /// <summary>Where the very first window starts before now, without <see cref="Since"/>.</summary>
    public required TimeSpan Lookback { get; init; }

    /// <summary>Where the very first window starts.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The longest window that the vendor takes.</summary>
    public TimeSpan? MaxWindow { get; init; }

    /// <summary>Whether no request may ask for a time that crosses midnight (UTC).</summary>
    public bool IsWithinDay { get; init; }

    /// <summary>How far back the vendor lets a window start; only for vendors that refuse an earlier one.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>The granularity of the vendor's time bounds: window starts are rounded down to it.</summary>
    public required TimeSpan Granularity { get; init; }

    /// <summary>Longest that nothing new may come before the source counts as silent; null when nothing is expected.</summary>
    public TimeSpan? ExpectEvery { get; init; }

    /// <summary>How many events a page should hold.</summary>
    public required int PageSize { get; init; }

    /// <summary>Shortest time between two requests.</summary>
    public required TimeSpan RequestInterval { get; init; }

    /// <summary>The pause between two requests of all partitions of a process together; zero when the vendor sets no limit.</summary>
    public TimeSpan RequestEvery { get; init; }

    /// <summary>Longest that one request may take.</summary>
    public required TimeSpan RequestTimeout { get; init; }
}

/// <summary>Where things stand in a page.</summary>
public sealed record ReadingDefinition
{
    /// <summary>Whether the vendor leaves the list of events out, or answers nothing at all, when there are none.</summary>
    public bool EventsAreOptional { get; init; }

    /// <summary>Whether an answer with 202 is what is asked for.</summary>
    public bool TakesAccepted { get; init; }

    /// <summary>What the first page field says where the answer tells of a job that failed: the error in it is the job's, not the request's.</summary>
    public IReadOnlyList<string> FailedStates { get; init; } = [];

    /// <summary>Makes a page of an answer of another shape; null when the answer is a page.</summary>
    public IAnswerShape? Shape { get; init; }

    /// <summary>How the answer is packed.</summary>
    public AnswerCompression Compression { get; init; }

    /// <summary>The line that ends a heading in front of the answer, in UTF-8; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Heading { get; init; }

    /// <summary>Whether the answer's bytes are something else than its text.</summary>
    public bool IsPacked => Compression != AnswerCompression.None || !Heading.IsEmpty;

    /// <summary>Whether a file without a byte in it is one without events.</summary>
    public bool MayHoldNothing => EventsAreOptional || Compression == AnswerCompression.None || Plan.Format == PageFormat.JsonLines || Shape is { IsOfLines: true };

    /// <summary>Where the events stand in an answer of another shape, for messages; null where the plan says it.</summary>
    public string? EventsText { get; init; }

    /// <summary>The compiled plan: event fields are the parts of the id and then the time.</summary>
    public required PagePlan Plan { get; init; }

    /// <summary>How many of the event fields make the id; 0 when the event's content is its id.</summary>
    public required int IdParts { get; init; }

    /// <summary>The index of the time among the event fields, or -1.</summary>
    public required int TimeField { get; init; }

    /// <summary>How many event fields from <see cref="TimeField"/> on are asked for the time: the first that has something says it.</summary>
    public int TimeParts { get; init; } = 1;

    /// <summary>How the event's time is written.</summary>
    public required TimeFormat TimeFormat { get; init; }

    /// <summary>Says the times in place of a field; null for most.</summary>
    internal ScriptTimes? ScriptedTime { get; init; }

    /// <summary>Whether events have a time.</summary>
    public bool HasTime => TimeField >= 0 || ScriptedTime is not null;

    /// <summary>Reads an event's time.</summary>
    /// <param name="page">The page's bytes.</param>
    /// <param name="cut">What was found in it.</param>
    /// <param name="at">The event.</param>
    /// <param name="time">The time.</param>
    /// <returns>false when it has none that can be read.</returns>
    public bool TryReadTime(ReadOnlySpan<byte> page, CutPage cut, int at, out DateTimeOffset time) => Time.TryRead(page, cut, at, out time);

    /// <summary>Where an event's time stands.</summary>
    public EventTime Time => new(TimeField, TimeParts, TimeFormat);

    /// <summary>Answers that mean something of their own, by status or body.</summary>
    public required ErrorRules Errors { get; init; }
}

/// <summary>How the vendor says that we are too fast, beyond 429 and Retry-After, which always count.</summary>
public sealed record ThrottlingDefinition
{
    /// <summary>Header that holds 0 when a 403 is a throttle.</summary>
    public string? RemainingHeader { get; init; }

    /// <summary>Header that tells when to come back.</summary>
    public string? ResetHeader { get; init; }

    /// <summary>How <see cref="ResetHeader"/> is written: a time format, or <c>seconds</c> or <c>milliseconds</c> to wait.</summary>
    public string ResetFormat { get; init; } = "unix-s";

    /// <summary>Texts of which one in the body of an error makes it a throttle, in upper or lower case.</summary>
    public IReadOnlyList<string> BodyContains { get; init; } = [];
}
