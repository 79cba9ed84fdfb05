using System.Text.Json;
using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Pipeline.Telemetry;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>Keeps what is given up of batches, and takes care of dead letters that are sent again. Every step may be repeated.</summary>
internal sealed class DeadLettering(DeadLetterStore store, PipelineMetrics metrics, TimeProvider time)
{
    /// <summary>
    /// Whether a batch still has to be delivered. A dead letter that was sent again and is gone was delivered or discarded; one that has been refused
    /// since was settled by another copy of the message.
    /// </summary>
    public async Task<bool> IsWantedAsync(ShipMessage message, CancellationToken cancellationToken) =>
        message.DeadLetter is not { } name || ((await FindAsync(name, cancellationToken))?.Note is { } note && IsRetryOf(message, note));

    /// <summary>Whether nothing that has a batch's id is on its way any more, so that its body may go.</summary>
    public async Task<bool> IsOverAsync(ShipMessage message, CancellationToken cancellationToken) =>
        message.DeadLetter is not { } name || (await FindAsync(name, cancellationToken))?.Note.Retries != message.Retry;

    /// <summary>
    /// Whether a message is the one with which a dead letter was sent again. Its note says which body that was and where it goes: whoever may write messages, and
    /// not dead letters, has none removed or noted as refused, nor sent elsewhere.
    /// </summary>
    private static bool IsRetryOf(ShipMessage message, DeadLetterNote note) =>
        note.Retries == message.Retry && note.RetriedAt is not null && note.RetryCheck is { } check && message.Check == check
        && (note.Source, note.Partition, note.Destination) == (message.Source, message.Partition, message.Destination);

    /// <summary>Gives up some events of a batch for one reason.</summary>
    /// <param name="message">The batch.</param>
    /// <param name="body">Its body.</param>
    /// <param name="numbers">The events, ascending, counted from 0.</param>
    /// <param name="rejected">Why.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>false when they are those of a dead letter that was sent again otherwise since: then this verdict is not the one on it.</returns>
    public async Task<bool> KeepAsync(ShipMessage message, FramedBody body, int[] numbers, SendResult.Rejected rejected, CancellationToken cancellationToken)
    {
        var eventId = numbers.Length == 1 ? body.IdOf(numbers[0]) : null;
        if (message.DeadLetter is { } letter && numbers.Length == body.Count)
        {
            return await KeepAgainAsync(letter, message, NoteOf(message, numbers.Length, rejected, eventId), cancellationToken);
        }

        var name = $"{Folder(message)}/{message.BatchId}" + (numbers.Length == body.Count ? ""
            : numbers.Length == 1 ? $"-{numbers[0]:00000}"
            : $"-{numbers[0]:00000}-{numbers[^1]:00000}");
        using var neutral = body.Neutral(numbers);
        var note = NoteOf(message, numbers.Length, rejected, eventId) with { Format = NeutralFrames.Kind };
        return await KeepAsync(name, message, neutral.WrittenMemory, note, cancellationToken);
    }

    /// <summary>Gives up a whole batch whose body cannot be opened: it is kept as it is.</summary>
    /// <returns>As above.</returns>
    public Task<bool> KeepWholeAsync(ShipMessage message, ReadOnlyMemory<byte> gzip, SendResult.Rejected rejected, CancellationToken cancellationToken)
    {
        var note = NoteOf(message, message.Events, rejected, eventId: null);
        return message.DeadLetter is { } letter
            ? KeepAgainAsync(letter, message, note, cancellationToken)
            : KeepAsync($"{Folder(message)}/{message.BatchId}", message, gzip, note, cancellationToken);
    }

    /// <summary>Keeps a message that cannot be read, or whose body is another one's, whole.</summary>
    /// <returns>Under which name.</returns>
    public Task<string> KeepMessageAsync(string text, string reason, CancellationToken cancellationToken) =>
        store.WriteUnreadableAsync("ship", text, reason, time.GetUtcNow(), cancellationToken);

    /// <summary>Every event of a batch is settled: a dead letter that was sent again is not needed any more, unless it was refused again as a whole.</summary>
    public async Task SettledAsync(ShipMessage message, CancellationToken cancellationToken)
    {
        if (message.DeadLetter is { } name && await FindAsync(name, cancellationToken) is { } letter && IsRetryOf(message, letter.Note))
        {
            await store.RemoveAsync(name, cancellationToken);
        }
    }

    private static string Folder(ShipMessage message) => $"{message.Day}/{message.Source}/{message.Destination}";

    private DeadLetterNote NoteOf(ShipMessage message, int events, SendResult.Rejected rejected, string? eventId)
    {
        var now = time.GetUtcNow();
        var isAsked = rejected.StatusCode > 0 || rejected.Answer is not null;
        return new DeadLetterNote
        {
            SchemaVersion = 1,
            Source = message.Source,
            Partition = message.Partition,
            Destination = message.Destination,
            BatchId = message.BatchId,
            EventId = eventId,
            Format = message.Format,
            Events = events,
            Reason = rejected.Reason,
            StatusCode = rejected.StatusCode > 0 ? rejected.StatusCode : null,
            Answer = rejected.Answer,
            FetchedAt = message.FetchedAt,
            OpenedAt = message.OpenedAt,
            FirstAttemptAt = message.FirstAttemptAt ?? (isAsked && message.Attempt == 0 ? now : null),
            LastAttemptAt = isAsked ? now : null,
            GivenUpAt = now,
            Retries = message.DeadLetter is null ? 0 : message.Retry + 1,
        };
    }

    private async Task<bool> KeepAsync(string name, ShipMessage message, ReadOnlyMemory<byte> gzip, DeadLetterNote note, CancellationToken cancellationToken)
    {
        var isNew = await store.WriteAsync(name, gzip, compressed: true, note, cancellationToken);
        if (isNew && message.DeadLetter is null)
        {
            metrics.DeadLettered(message.Source, message.Destination, note.Events ?? 0);
        }

        return true;
    }

    // Both messages have one batch id: were the batch marked for a verdict that is noted nowhere, the later message would count as delivered, and its letter go.
    private async Task<bool> KeepAgainAsync(string name, ShipMessage message, DeadLetterNote note, CancellationToken cancellationToken)
    {
        while (await FindAsync(name, cancellationToken) is { } letter)
        {
            if (!IsRetryOf(message, letter.Note))
            {
                return letter.Note.Retries != message.Retry;
            }

            var again = letter.Note with
            {
                Reason = note.Reason,
                StatusCode = note.StatusCode,
                Answer = note.Answer,
                LastAttemptAt = note.LastAttemptAt,
                FirstAttemptAt = letter.Note.FirstAttemptAt ?? note.FirstAttemptAt,
                Retries = note.Retries,
                RetriedAt = null,
                RetryCheck = null,
            };
            if (await store.UpdateAsync(letter, again, cancellationToken) is not null)
            {
                return true;
            }
        }

        // It was discarded: nothing is to be kept.
        return true;
    }

    // A note that cannot be read any more says nothing of a retry; the letter stays for whoever looks at it.
    private async Task<DeadLetter?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAsync(name, cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
