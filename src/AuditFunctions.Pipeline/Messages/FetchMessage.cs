using System.Text.Json;
using System.Text.Json.Serialization;
using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Sources;

namespace AuditFunctions.Pipeline.Messages;

/// <summary>Asks for the next pages of some partitions. Wire form: JSON, queue <c>fetch</c>.</summary>
/// <param name="Source">The source.</param>
/// <param name="Partitions">Its partitions.</param>
/// <param name="IssuedAt">When it was sent.</param>
/// <param name="Force">Whether a person asked: a back-off after failures does not hold.</param>
/// <param name="SchemaVersion">1.</param>
/// <param name="TraceParent">The trace that it belongs to, in the form of header <c>traceparent</c>; null when nothing is traced.</param>
/// <param name="More">Further sources that are asked for with it, since a message of its own costs more than an idle poll; null when there are none. An older version passes them over: they are asked for again at their next turn.</param>
public sealed record FetchMessage(
    string Source,
    IReadOnlyList<string> Partitions,
    DateTimeOffset IssuedAt,
    bool Force = false,
    int SchemaVersion = 1,
    string? TraceParent = null,
    IReadOnlyList<FetchTarget>? More = null)
{
    /// <summary>Everything that is asked for.</summary>
    [JsonIgnore]
    public IEnumerable<PartitionId> Targets => (More ?? []).Prepend(new FetchTarget(Source, Partitions))
        .SelectMany(target => target.Partitions.Select(partition => new PartitionId(target.Source, partition)));

    /// <summary>The same question about one partition alone.</summary>
    public FetchMessage For(PartitionId partition) => this with { Source = partition.Source, Partitions = [partition.Partition], More = null };

    /// <summary>The wire form.</summary>
    public BinaryData ToWire() => new(JsonSerializer.SerializeToUtf8Bytes(this, MessageJson.Default.FetchMessage));
}

/// <summary>Partitions of a source that are asked for.</summary>
/// <param name="Source">The source.</param>
/// <param name="Partitions">Its partitions.</param>
public sealed record FetchTarget(string Source, IReadOnlyList<string> Partitions);

/// <summary>Asks to deliver one batch to one destination. Wire form: JSON, queue <c>ship</c>.</summary>
public sealed record ShipMessage
{
    /// <summary>1.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>Hash of the batch's content, source and destination: the idempotency key. 32 hex digits.</summary>
    public required string BatchId { get; init; }

    /// <summary>Where the events come from.</summary>
    public required string Source { get; init; }

    /// <summary>Its partition.</summary>
    public required string Partition { get; init; }

    /// <summary>Where they go.</summary>
    public required string Destination { get; init; }

    /// <summary>How the body is framed; the destination must want the same.</summary>
    public required string Format { get; init; }

    /// <summary>How many events the body holds.</summary>
    public required int Events { get; init; }

    /// <summary>Length of the body before compression, in bytes.</summary>
    public required int RawBytes { get; init; }

    /// <summary>The day under which the ledger keeps the batch: when its window was opened, as <c>yyyyMMdd</c>; the same for a repeated page.</summary>
    public required string Day { get; init; }

    /// <summary>When the page was fetched.</summary>
    public required DateTimeOffset FetchedAt { get; init; }

    /// <summary>When the window of its events was opened, which frames carry as the fetch time; the same for a repeated page. Null in messages of older versions.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>The source's template; null when it has none.</summary>
    public string? Template { get; init; }

    /// <summary>The vendor, as the template calls it; null as with the template.</summary>
    public string? Vendor { get; init; }

    /// <summary>The oldest event's time, if one could be read.</summary>
    public DateTimeOffset? OldestAt { get; init; }

    /// <summary>The newest event's time, if one could be read.</summary>
    public DateTimeOffset? NewestAt { get; init; }

    /// <summary>When the poll that fetched it began.</summary>
    public DateTimeOffset? PolledAt { get; init; }

    /// <summary>How long its newest event waited for that poll, if its time could be read.</summary>
    public TimeSpan? Waited { get; init; }

    /// <summary>The trace that it belongs to, in the form of header <c>traceparent</c>; null when nothing is traced.</summary>
    public string? TraceParent { get; init; }

    /// <summary>How often delivery was tried before.</summary>
    public int Attempt { get; init; }

    /// <summary>When delivery was tried first; null before, and where the message has no room for it.</summary>
    public DateTimeOffset? FirstAttemptAt { get; init; }

    /// <summary>The dead letter that is sent again, by name; null for a batch that comes from fetching.</summary>
    public string? DeadLetter { get; init; }

    /// <summary>How often that dead letter had been refused again before.</summary>
    public int Retry { get; init; }

    /// <summary>The body, gzip-compressed, when it fits.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Name of the blob that holds the body, gzip-compressed, when it does not (claim check).</summary>
    public string? Blob { get; init; }

    /// <summary>Tells the body from any other: see <see cref="BodyCheck"/>. Null in messages of older versions.</summary>
    public string? Check { get; init; }

    /// <summary>Where the events come from, as far as it is known.</summary>
    [JsonIgnore]
    public BodyContext Origin => new(Source, Partition) { Template = Template, Vendor = Vendor, FetchedAt = OpenedAt };

    /// <summary>The wire form.</summary>
    public BinaryData ToWire()
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(this, MessageJson.Default.ShipMessage);

        // A message that filled the queue's limit when it was made has room for what attempts add. One of an older version may not: what only measures goes first.
        return text.Length <= MessageQueue.MaxBytes - MessageSeal.GrowthBytes ? new BinaryData(text)
            : TraceParent is not null ? (this with { TraceParent = null }).ToWire()
            : PolledAt is not null ? (this with { PolledAt = null }).ToWire()
            : FirstAttemptAt is not null ? (this with { FirstAttemptAt = null }).ToWire()
            : new BinaryData(text);
    }
}

/// <summary>The wire form of messages: readers ignore members they do not know.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FetchMessage))]
[JsonSerializable(typeof(ShipMessage))]
internal sealed partial class MessageJson : JsonSerializerContext;
