using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Pipeline.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>Keeps what is given up of batches, and takes care of dead letters that are sent again. Every step may be repeated.</summary>
internal sealed class DeadLettering(DeadLetterStore store, PipelineMetrics metrics, TimeProvider time, ILogger log)
{
    /// <summary>
    /// Whether a batch still has to be delivered. A dead letter that was sent again and is gone was delivered or discarded; one that has been refused
    /// since was settled by another copy of the message.
    /// </summary>
    public async Task<bool> IsWantedAsync(ShipMessage message, CancellationToken cancellationToken) =>
        message.DeadLetter is not { } name || (await store.ReadAsync(name, cancellationToken))?.Note.Retries == message.Retry;

    /// <summary>Gives up a whole batch.</summary>
    public Task KeepAsync(ShipMessage message, ReadOnlyMemory<byte> gzip, DeliveryResult.Rejected rejected, string? eventId, CancellationToken cancellationToken)
    {
        var note = NoteOf(message, message.Events, rejected, eventId);
        return message.DeadLetter is { } letter
            ? KeepAgainAsync(letter, message, note, cancellationToken)
            : KeepAsync($"{Folder(message)}/{message.BatchId}", message, gzip, note, cancellationToken);
    }

    /// <summary>Gives up some events of a batch that follow each other; they are counted from 0.</summary>
    public Task KeepAsync(ShipMessage message, int from, int to, ReadOnlyMemory<byte> gzip, DeliveryResult.Rejected rejected, string? eventId, CancellationToken cancellationToken)
    {
        var name = to - from == 1 ? $"{Folder(message)}/{message.BatchId}-{from:00000}" : $"{Folder(message)}/{message.BatchId}-{from:00000}-{to - 1:00000}";
        return KeepAsync(name, message, gzip, NoteOf(message, to - from, rejected, eventId), cancellationToken);
    }

    /// <summary>Every event of a batch is settled: a dead letter that was sent again is not needed any more, unless it was refused again as a whole.</summary>
    public async Task SettledAsync(ShipMessage message, CancellationToken cancellationToken)
    {
        if (message.DeadLetter is { } name && await store.ReadAsync(name, cancellationToken) is var letter && (letter is null || letter.Note.Retries == message.Retry))
        {
            await store.RemoveAsync(name, cancellationToken);
        }
    }

    private static string Folder(ShipMessage message) => $"{message.Day}/{message.Source}/{message.Destination}";

    private DeadLetterNote NoteOf(ShipMessage message, int events, DeliveryResult.Rejected rejected, string? eventId)
    {
        var now = time.GetUtcNow();
        var isAsked = rejected.StatusCode > 0;
        return new DeadLetterNote
        {
            SchemaVersion = 1,
            Source = message.Source,
            Partition = message.Partition,
            Destination = message.Destination,
            BatchId = message.BatchId,
            EventId = events == 1 ? eventId : null,
            Format = message.Format,
            Events = events,
            Reason = rejected.Reason,
            StatusCode = isAsked ? rejected.StatusCode : null,
            Answer = rejected.Answer,
            FetchedAt = message.FetchedAt,
            FirstAttemptAt = message.FirstAttemptAt ?? (isAsked && message.Attempt == 0 ? now : null),
            LastAttemptAt = isAsked ? now : null,
            GivenUpAt = now,
            Retries = message.DeadLetter is null ? 0 : message.Retry + 1,
        };
    }

    private async Task KeepAsync(string name, ShipMessage message, ReadOnlyMemory<byte> gzip, DeadLetterNote note, CancellationToken cancellationToken)
    {
        var isNew = await store.WriteAsync(name, gzip, compressed: true, note, cancellationToken);
        if (isNew && message.DeadLetter is null)
        {
            metrics.DeadLettered(message.Source, message.Destination, note.Events ?? 0);
        }

        ShippingLog.DeadLettered(log, message.Destination, message.BatchId, message.Source, note.Events ?? 0, note.Reason);
    }

    private async Task KeepAgainAsync(string name, ShipMessage message, DeadLetterNote note, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(name, cancellationToken) is { } letter && letter.Note.Retries == message.Retry)
        {
            var again = letter.Note with
            {
                Reason = note.Reason,
                StatusCode = note.StatusCode,
                Answer = note.Answer,
                LastAttemptAt = note.LastAttemptAt,
                FirstAttemptAt = letter.Note.FirstAttemptAt ?? note.FirstAttemptAt,
                Retries = note.Retries,
                RetriedAt = null,
            };
            await store.UpdateAsync(letter, again, cancellationToken);
        }

        ShippingLog.DeadLettered(log, message.Destination, message.BatchId, message.Source, note.Events ?? 0, note.Reason);
    }
}
