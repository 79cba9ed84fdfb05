using System.Globalization;
using AuditFunctions.Destinations;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Bodies;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Pipeline.Storage.Rows;

namespace AuditFunctions.Operations.DeadLetters;

/// <summary>
/// Sends dead letters again, in the destination's framing of now. Safe to repeat: the note says that it is on its way before the message is sent, and
/// until the letter is delivered or refused again every message for it carries the same batch id.
/// </summary>
internal sealed class DeadLetterRetry(StorageAccount storage, DefinitionCache definitions, DeadLetterStore store, BodyStore bodies, TimeProvider time)
{
    private readonly BatchSender _sender = new(storage, bodies);

    /// <summary>Sends a dead letter again; when it returns null, it is on its way.</summary>
    /// <returns>Why it cannot be sent, and what to do; null when it was sent.</returns>
    public async Task<string?> SendAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        var note = letter.Note;
        if (note is not { Format: not null, Source: { } source, Partition: { } partition, Destination: { } name })
        {
            return "it is a page or message that was kept whole, not a batch of events: see it with 'auditfn dead-letters show', keep it with 'export', fetch its events again if they are missing, then 'discard' it";
        }

        var rows = await definitions.DestinationsAsync(TimeSpan.Zero, cancellationToken);
        if (rows.GetValueOrDefault(name) is not { } row)
        {
            return $"its destination '{name}' is not defined; add a row for it";
        }

        if (row.Definition is not { } destination)
        {
            return $"the row of its destination '{name}' is wrong ({string.Join(" ", row.Problems)}); correct it";
        }

        var from = (await definitions.SourcesAsync(TimeSpan.Zero, cancellationToken)).GetValueOrDefault(source)?.Definition;
        var origin = new BodyContext(source, partition) { BatchId = RetryId.Of(letter.Name, note.Retries), Template = from?.Template, Vendor = from?.Vendor, FetchedAt = note.OpenedAt };
        using var raw = new PooledBytes();
        if (Frame(note, await store.ReadBodyAsync(letter.Name, cancellationToken), destination, origin, raw, out var events) is { } wrong)
        {
            return wrong;
        }

        // From here on it is on its way, whatever stops us; a message for it with another body is not ours.
        using var gzip = BodyGzip.Compress(raw.WrittenSpan);
        var check = BodyCheck.Of(RetryId.Of(letter.Name, note.Retries), gzip.WrittenSpan);
        if ((note.RetriedAt is null || note.RetryCheck != check)
            && await store.UpdateAsync(letter, note with { RetriedAt = note.RetriedAt ?? time.GetUtcNow(), RetryCheck = check }, cancellationToken) is var updated)
        {
            if (updated is null)
            {
                return "it was changed by somebody else just now; run the command again";
            }

            note = updated.Note;
        }

        await _sender.SendAsync(MessageOf(letter.Name, note, destination, origin, events, raw.Length), gzip.WrittenMemory, cancellationToken);
        return null;
    }

    private static ShipMessage MessageOf(string name, DeadLetterNote note, DestinationDefinition destination, BodyContext origin, int events, int rawBytes) => new()
    {
        SchemaVersion = 1,
        BatchId = RetryId.Of(name, note.Retries),
        Source = note.Source!,
        Partition = note.Partition!,
        Destination = destination.Name,
        Format = destination.Format.Kind,
        Events = events,
        RawBytes = rawBytes,

        // The day of the retry and not of the letter: the ledger forgets old days.
        Day = note.RetriedAt!.Value.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture),
        FetchedAt = note.FetchedAt ?? note.GivenUpAt,
        OpenedAt = origin.FetchedAt,
        Template = origin.Template,
        Vendor = origin.Vendor,
        FirstAttemptAt = note.FirstAttemptAt,
        DeadLetter = name,
        Retry = note.Retries,
    };

    // Writes the body that is to be sent; returns why there is none.
    private static string? Frame(DeadLetterNote note, byte[] body, DestinationDefinition destination, BodyContext context, PooledBytes into, out int count)
    {
        count = 0;
        if (body.Length == 0)
        {
            return "its body is lost; fetch its events again, then discard it";
        }

        if (DeadLetterEvents.Read(note, body) is not { } events)
        {
            return $"its body cannot be read as {note.Format}; export it, or discard it";
        }

        var format = destination.Format;
        count = events.Count;
        DeadLetterEvents.Frame(format, context, events, into);
        var fits = events.All(one => one.Bytes.Length <= format.MaxEventBytes);
        if (fits && (events.Count > 1 || into.Length <= format.MaxBodyBytes))
        {
            return null;
        }

        if (events.Count > 1)
        {
            return $"one of its events is longer than '{destination.Name}' keeps whole ({format.MaxEventBytes:N0} bytes); export it, or send it to another destination";
        }

        using var packer = new BodyPacker(format, context, destination.Name);
        var whole = DeadLetterEvents.ViewOf(events[0], []);
        if (destination.Oversize != OversizePolicy.Cut || packer.Cut(whole) is not { } cut)
        {
            return fits
                ? $"its event is larger than a body for '{destination.Name}' may be ({format.MaxBodyBytes:N0} bytes); raise maxBodyBytes if the destination takes more, or set oversize to cut"
                : $"its event is longer than '{destination.Name}' keeps whole ({format.MaxEventBytes:N0} bytes); set oversize to cut, or export it";
        }

        into.Clear();
        format.WriteStart(into, context);
        format.WriteEvent(into, context, new EventView { Bytes = cut, Id = whole.Id, Time = whole.Time }, first: true);
        format.WriteEnd(into, context);
        format.Complete(into);
        return null;
    }
}
