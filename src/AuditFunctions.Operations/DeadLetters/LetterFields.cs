using System.Globalization;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.DeadLetters;

namespace AuditFunctions.Operations.DeadLetters;

/// <summary>What a line of an export says beside the event.</summary>
internal static class LetterFields
{
    /// <summary>The names, in order.</summary>
    public static IEnumerable<string> Names { get; } =
    [
        "name", "source", "partition", "destination", "batchId", "eventId", "time", "reason", "statusCode", "answer",
        "fetchedAt", "firstAttemptAt", "lastAttemptAt", "givenUpAt", "retries",
    ];

    /// <summary>The values, in the same order; null where there is none.</summary>
    public static IEnumerable<(string Name, string? Value)> Of(DeadLetter letter, DeadLetterEvent? auditEvent)
    {
        var note = letter.Note;
        string?[] values =
        [
            letter.Name, note.Source, note.Partition, note.Destination, note.BatchId, auditEvent?.Id ?? note.EventId, Instant(auditEvent?.Time), note.Reason,
            note.StatusCode?.ToString(CultureInfo.InvariantCulture), note.Answer,
            Instant(note.FetchedAt), Instant(note.FirstAttemptAt), Instant(note.LastAttemptAt), Instant(note.GivenUpAt), note.Retries.ToString(CultureInfo.InvariantCulture),
        ];
        return Names.Zip(values);
    }

    private static string? Instant(DateTimeOffset? at) => at?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
