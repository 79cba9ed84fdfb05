using System.Collections.ObjectModel;
using System.Globalization;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Requests;

/// <summary>The values of one request's placeholders. Holds secrets, so it has no text form.</summary>
public sealed class RequestValues
{
    private string? _uuid;

    /// <summary>Start of the window.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>End of the window.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The instant of the request.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Cursor of the page; null on the first.</summary>
    public string? Cursor { get; init; }

    /// <summary>What <see cref="Cursor"/> stands for when the paging counts.</summary>
    public long? Position { get; init; }

    /// <summary>How many events the page should hold.</summary>
    public required int PageSize { get; init; }

    /// <summary>The secrets by placeholder.</summary>
    public required IReadOnlyDictionary<string, SecretText> Secrets { get; init; }

    /// <summary>The values of the partition by level; empty where the source has one partition.</summary>
    public IReadOnlyDictionary<string, string> Partition { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The values of the item by path; empty where no item's answer is asked for.</summary>
    public IReadOnlyDictionary<string, string> Item { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The handle of the vendor's job; null where there is none.</summary>
    public string? Job { get; init; }

    /// <summary>What the answer that the job is done held, by name; empty where there is none.</summary>
    public IReadOnlyDictionary<string, string> JobValues { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>What stands behind the name under which the vendor keeps a position: nothing in a run.</summary>
    public string Consumer { get; init; } = "";

    /// <summary>What the source's steps captured, by name; empty where there are none.</summary>
    public IReadOnlyDictionary<string, string> Captured { get; internal set; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The signed statement of the login request that is being made; else null.</summary>
    internal SecretText? Statement { get; set; }

    /// <summary>Measures how long a script takes.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Takes the secrets that scripts made of others, which are kept out of every message as well.</summary>
    public ICollection<SecretText> Credentials { get; init; } = [];

    /// <summary>Where a <c>{uuid}</c> comes from.</summary>
    public Random? Random { get; init; }

    /// <summary>A placeholder's text; null when it has no value now.</summary>
    public string? TextOf(TextTemplate.Part part, RequestDefinition request) => part.Name switch
    {
        RunPlaceholders.From when part.Format is { } ago && RelativeTime.IsKnown(ago) => RelativeTime.Start(ago, From, Now),
        RunPlaceholders.To when part.Format is { } ago && RelativeTime.IsKnown(ago) => RelativeTime.End(ago, To, Now),
        RunPlaceholders.From => FormatOf(part, request).WriteStart(From),
        RunPlaceholders.To => FormatOf(part, request).WriteEnd(To),
        RunPlaceholders.Now => FormatOf(part, request).Write(Now),
        RunPlaceholders.Cursor => Cursor,
        RunPlaceholders.JobHandle => Job,
        RunPlaceholders.Consumer => Consumer,
        RunPlaceholders.Uuid => Uuid(),
        RunPlaceholders.LoginStatement => Statement?.Reveal(),
        RunPlaceholders.Page or RunPlaceholders.Offset => Position?.ToString(CultureInfo.InvariantCulture),
        RunPlaceholders.PageSize => PageSize.ToString(CultureInfo.InvariantCulture),
        { } name when RunPlaceholders.LevelOf(name) is { } level => Partition.GetValueOrDefault(level),
        { } name when RunPlaceholders.ItemPathOf(name) is { } path => Item.GetValueOrDefault(path),
        { } name when RunPlaceholders.CursorPartOf(name) is { } value => CursorValues.Of(Cursor, value),
        { } name when RunPlaceholders.CaptureOf(name) is { } captured => Captured.GetValueOrDefault(captured),
        { } name when RunPlaceholders.JobCaptureOf(name) is { } value => JobValues.GetValueOrDefault(value),
        { } name => SecretOf(name),
        null => part.Text,
    };

    /// <summary>A secret by placeholder.</summary>
    public string? SecretOf(string name) => Secrets.TryGetValue(name, out var secret) ? secret.Reveal() : null;

    // The same wherever it stands in a request.
    private string? Uuid() => _uuid ??= Random is { } random ? RandomId.New(random) : null;

    private static TimeFormat FormatOf(TextTemplate.Part part, RequestDefinition request) =>
        part.Format is { } name ? request.TimeFormats[name] : request.TimeFormat;
}
