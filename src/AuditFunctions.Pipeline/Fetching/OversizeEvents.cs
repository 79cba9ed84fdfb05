using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Destinations;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Pipeline.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>What becomes of events that are larger than a body of their destination may be, or that a processor failed on where its list says so.</summary>
internal sealed class OversizeEvents(DeadLetterStore deadLetters, PipelineMetrics metrics, TimeProvider time, ILogger log)
{
    private const int LongestId = 2_048;

    /// <summary>Puts a marker in the event's place, if the destination wants that and the marker fits.</summary>
    public bool TryCut(BodyPacker packer, in EventView auditEvent, DestinationDefinition destination, BodyContext origin)
    {
        if (destination.Oversize != OversizePolicy.Cut || packer.Cut(auditEvent) is not { } cut)
        {
            return false;
        }

        // The packer is empty after an event that did not fit, and the marker was made to fit.
        packer.Add(new EventView { Bytes = cut, Id = auditEvent.Id, Time = auditEvent.Time }, out _);
        metrics.Cut(origin.Source, destination.Name);
        FetchingLog.EventCut(log, origin.Source, origin.Partition, destination.Name, auditEvent.Bytes.Length, Math.Min(destination.Format.MaxBodyBytes, destination.Format.MaxEventBytes));
        return true;
    }

    /// <summary>Keeps the event as a dead letter, so that it can be sent when a larger body is allowed.</summary>
    /// <param name="auditEvent">The event.</param>
    /// <param name="destination">Where it would go.</param>
    /// <param name="origin">Where it comes from.</param>
    /// <param name="day">The day that its window was opened.</param>
    /// <param name="failure">The processor that failed on it, and why; null when it is too large.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public Task DeadLetterAsync(in EventView auditEvent, DestinationDefinition destination, BodyContext origin, string day, string? failure, CancellationToken cancellationToken)
    {
        var batchId = BatchIdOf(destination, origin, auditEvent);
        var note = new DeadLetterNote
        {
            SchemaVersion = 1,
            Source = origin.Source,
            Partition = origin.Partition,
            Destination = destination.Name,
            BatchId = batchId,
            EventId = auditEvent.Id.Length <= LongestId ? JsonText.Unescape(auditEvent.Id) : null,
            Format = NeutralFrames.Kind,
            Events = 1,
            Reason = failure is not null ? $"a processor failed on the event: {failure}"
                : auditEvent.Bytes.Length > destination.Format.MaxEventBytes
                ? $"the event of {auditEvent.Bytes.Length:N0} bytes is longer than the destination keeps whole, {destination.Format.MaxEventBytes:N0} bytes; set oversize to cut"
                : $"the event of {auditEvent.Bytes.Length:N0} bytes is larger than a body may be, {destination.Format.MaxBodyBytes:N0} bytes; raise maxBodyBytes if the destination takes more, or set oversize to cut",
            FetchedAt = time.GetUtcNow(),
            OpenedAt = origin.FetchedAt,
            GivenUpAt = time.GetUtcNow(),
        };

        // Events without an id may have the same bytes; the id that was made for each tells them apart.
        byte[] identity = [.. Encoding.ASCII.GetBytes(batchId + "\n"), .. auditEvent.Id];
        var name = $"{day}/{origin.Source}/{destination.Name}/{Convert.ToHexStringLower(SHA256.HashData(identity).AsSpan(0, 16))}";
        return KeepAsync(name, Neutral(auditEvent), note, failure is null ? auditEvent.Bytes.Length : null, cancellationToken);
    }

    // That of the body that it would be alone, so that a repeated page finds what was kept.
    private static string BatchIdOf(DestinationDefinition destination, BodyContext origin, in EventView auditEvent)
    {
        using var alone = BodyPacker.Alone(destination.Format, origin, destination.Name, auditEvent);
        return alone.BatchId;
    }

    private static PooledBytes Neutral(in EventView auditEvent)
    {
        using var neutral = new PooledBytes();
        NeutralFrames.Write(neutral, auditEvent);
        return BodyGzip.Compress(neutral.WrittenSpan);
    }

    private async Task KeepAsync(string name, PooledBytes body, DeadLetterNote note, int? tooLong, CancellationToken cancellationToken)
    {
        using (body)
        {
            if (await deadLetters.WriteAsync(name, body.WrittenMemory, compressed: true, note, cancellationToken))
            {
                metrics.DeadLettered(note.Source!, note.Destination!, 1);
                if (tooLong is { } bytes)
                {
                    FetchingLog.EventTooLarge(log, note.Source!, note.Partition!, note.Destination!, bytes, name);
                }
            }
        }
    }
}
