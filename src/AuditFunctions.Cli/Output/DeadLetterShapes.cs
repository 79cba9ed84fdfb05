using System.Text;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.DeadLetters;

namespace AuditFunctions.Cli.Output;

/// <summary>Dead letters.</summary>
internal sealed record DeadLetterListShape(IReadOnlyList<DeadLetterShape> DeadLetters);

/// <summary>A dead letter: what its note says.</summary>
internal sealed record DeadLetterShape
{
    public required string Name { get; init; }

    public required string Id { get; init; }

    public required string? Source { get; init; }

    public required string? Partition { get; init; }

    public required string? Destination { get; init; }

    public required string? BatchId { get; init; }

    public required string? EventId { get; init; }

    public required string? Format { get; init; }

    public required int? Events { get; init; }

    public required string Reason { get; init; }

    public required int? StatusCode { get; init; }

    public required string? Answer { get; init; }

    public required DateTimeOffset? FetchedAt { get; init; }

    public required DateTimeOffset? FirstAttemptAt { get; init; }

    public required DateTimeOffset? LastAttemptAt { get; init; }

    public required DateTimeOffset GivenUpAt { get; init; }

    public required int Retries { get; init; }

    public required DateTimeOffset? RetriedAt { get; init; }

    public static DeadLetterShape Of(DeadLetter letter) => new()
    {
        Name = letter.Name,
        Id = letter.Id,
        Source = letter.Note.Source,
        Partition = letter.Note.Partition,
        Destination = letter.Note.Destination,
        BatchId = letter.Note.BatchId,
        EventId = letter.Note.EventId,
        Format = letter.Note.Format,
        Events = letter.Note.Events,
        Reason = letter.Note.Reason,
        StatusCode = letter.Note.StatusCode,
        Answer = letter.Note.Answer,
        FetchedAt = letter.Note.FetchedAt,
        FirstAttemptAt = letter.Note.FirstAttemptAt,
        LastAttemptAt = letter.Note.LastAttemptAt,
        GivenUpAt = letter.Note.GivenUpAt,
        Retries = letter.Note.Retries,
        RetriedAt = letter.Note.RetriedAt,
    };
}

/// <summary>A dead letter with what it holds.</summary>
/// <param name="Note">Its note.</param>
/// <param name="Events">Its events; null when it is a page or message that was kept whole.</param>
/// <param name="Text">What was kept whole, as text; null when it holds events.</param>
internal sealed record DeadLetterDetailShape(DeadLetterShape Note, IReadOnlyList<DeadLetterEventShape>? Events, string? Text)
{
    public static DeadLetterDetailShape Of(DeadLetter letter, IReadOnlyList<DeadLetterEvent>? events, byte[] body) => new(
        DeadLetterShape.Of(letter),
        events?.Select(one => new DeadLetterEventShape(one.Id, one.Time, Encoding.UTF8.GetString(one.Bytes.Span))).ToArray(),
        events is null ? Encoding.UTF8.GetString(body) : null);
}

/// <summary>An event of a dead letter; <paramref name="Event"/> is its JSON as a text.</summary>
internal sealed record DeadLetterEventShape(string? Id, DateTimeOffset? Time, string Event);

/// <summary>What became of a retry.</summary>
internal sealed record RetriedShape(IReadOnlyList<RetriedLetterShape> DeadLetters);

/// <summary>A dead letter that was to be sent again; <paramref name="Problem"/> says why it was not.</summary>
internal sealed record RetriedLetterShape(string Name, bool Sent, string? Problem);

/// <summary>Dead letters that were removed, or would be.</summary>
internal sealed record DiscardedShape(bool Removed, IReadOnlyList<string> DeadLetters);

/// <summary>What was exported.</summary>
internal sealed record ExportedShape(string File, int Lines);
