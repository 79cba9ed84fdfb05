using System.Text.Json;
using System.Text.Json.Serialization;

namespace AuditFunctions.Pipeline.Storage.DeadLetters;

/// <summary>Why something lies in the dead-letter store. Members without a value are left out.</summary>
public sealed record DeadLetterNote
{
    /// <summary>1.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>The source, if it is known.</summary>
    public string? Source { get; init; }

    /// <summary>The partition, if it is known.</summary>
    public string? Partition { get; init; }

    /// <summary>The destination, if it is known.</summary>
    public string? Destination { get; init; }

    /// <summary>The batch, if it is known.</summary>
    public string? BatchId { get; init; }

    /// <summary>The event's id, if it is alone and its id is known.</summary>
    public string? EventId { get; init; }

    /// <summary>How the body beside this note is framed; null when it is no body: a page or a message, kept whole.</summary>
    public string? Format { get; init; }

    /// <summary>How many events are in it.</summary>
    public int? Events { get; init; }

    /// <summary>What is wrong.</summary>
    public required string Reason { get; init; }

    /// <summary>The destination's HTTP status, if it was asked.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The start of its answer, at most 2 KB, without secrets.</summary>
    public string? Answer { get; init; }

    /// <summary>When the events were fetched.</summary>
    public DateTimeOffset? FetchedAt { get; init; }

    /// <summary>When their window was opened, if it is known: the fetch time that frames carry.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>When delivery was tried first, if it was.</summary>
    public DateTimeOffset? FirstAttemptAt { get; init; }

    /// <summary>When delivery was tried last, if it was.</summary>
    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>When we gave up first.</summary>
    public required DateTimeOffset GivenUpAt { get; init; }

    /// <summary>How often it was sent again and refused again.</summary>
    public int Retries { get; init; }

    /// <summary>When it was sent again; null when it is not on its way.</summary>
    public DateTimeOffset? RetriedAt { get; init; }

    /// <summary>Tells the body that is on its way from any other, as <see cref="Messages.BodyCheck"/> does; null when none is.</summary>
    public string? RetryCheck { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DeadLetterNote))]
internal sealed partial class DeadLetterJson : JsonSerializerContext;
