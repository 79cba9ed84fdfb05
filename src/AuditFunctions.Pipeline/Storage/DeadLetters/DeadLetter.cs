using Azure;

namespace AuditFunctions.Pipeline.Storage.DeadLetters;

/// <summary>Something in the dead-letter store: its name and its note.</summary>
/// <param name="Name">Such as <c>20260131/okta-prod/splunk/0123…</c>: day, source, destination, id.</param>
/// <param name="Note">Why it lies there.</param>
/// <param name="ETag">The note's version.</param>
public sealed record DeadLetter(string Name, DeadLetterNote Note, ETag ETag)
{
    /// <summary>The last part of its name.</summary>
    public string Id => Name[(Name.LastIndexOf('/') + 1)..];

    /// <summary>The first part of its name, as <c>yyyyMMdd</c>.</summary>
    public string Day => Name.Split('/')[0];
}

/// <summary>Which dead letters are meant; what is null does not count.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>Of this source.</summary>
    public string? Source { get; init; }

    /// <summary>For this destination.</summary>
    public string? Destination { get; init; }

    /// <summary>Under this day, as <c>yyyyMMdd</c>.</summary>
    public string? Day { get; init; }

    /// <summary>Given up at this instant or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Given up before this instant.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>With this text in the reason, whatever its case.</summary>
    public string? Reason { get; init; }

    /// <summary>With this name or id.</summary>
    public string? Id { get; init; }

    /// <summary>Whether a name alone tells that it is not meant: its note need not be read then.</summary>
    public bool RulesOut(string name) => Id is not null && name != Id && !name.EndsWith("/" + Id, StringComparison.Ordinal);

    /// <summary>Whether a dead letter is meant.</summary>
    public bool Matches(DeadLetter letter) =>
        !RulesOut(letter.Name)
        && (Day is null || letter.Day == Day)
        && (Source is null || letter.Note.Source == Source)
        && (Destination is null || letter.Note.Destination == Destination)
        && !(letter.Note.GivenUpAt < Since)
        && !(letter.Note.GivenUpAt >= Until)
        && (Reason is null || letter.Note.Reason.Contains(Reason, StringComparison.OrdinalIgnoreCase));
}
