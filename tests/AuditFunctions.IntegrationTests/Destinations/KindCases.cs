using Reply = AuditFunctions.Tests.Support.ScriptedServer.Reply;
using Seen = AuditFunctions.Tests.Support.ScriptedServer.Seen;

namespace AuditFunctions.Tests.Destinations;

/// <summary>What an answer of a destination means.</summary>
internal enum Outcome
{
    Accepted,
    Retry,
    Refused,
    Rejected,
    TooLarge,
}

/// <summary>An answer, and what it means.</summary>
/// <param name="Reply">The answer.</param>
/// <param name="Outcome">What it means.</param>
/// <param name="Why">Whose answer it is, for the list of failures.</param>
internal sealed record AnswerCase(Reply Reply, Outcome Outcome, string Why);

/// <summary>A destination that takes some events of three and rejects others, or takes them later.</summary>
/// <param name="Reply">The answer.</param>
/// <param name="Guilty">Events that are named.</param>
/// <param name="Later">Events that are to be sent again.</param>
/// <param name="Taken">Whether the others are taken; null: those before the first guilty one are.</param>
internal sealed record PartialCase(Reply Reply, int[] Guilty, int[] Later, bool? Taken);

/// <summary>The conformance cases of a kind on HTTP. A kind without its cases fails the suite.</summary>
internal sealed record KindCases
{
    /// <summary>The kind.</summary>
    public required string Type { get; init; }

    /// <summary>The least row that sends to a server.</summary>
    public required Func<Uri, (string Column, string Value)[]> Row { get; init; }

    /// <summary>What the real destination answers when it takes three events.</summary>
    public required Reply Taken { get; init; }

    /// <summary>Every answer that has a meaning of its own.</summary>
    public required IReadOnlyList<AnswerCase> Answers { get; init; }

    /// <summary>Bodies of which some events are rejected; empty where the destination takes all or nothing.</summary>
    public IReadOnlyList<PartialCase> Partly { get; init; } = [];

    /// <summary>The method of the request.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>Whether the other side is anybody's, so that a text of any kind may be its own.</summary>
    public bool TakesAnyText { get; init; }

    /// <summary>Whether an empty 400 is the destination's own and about the content.</summary>
    public bool IsPlain400Content { get; init; }

    /// <summary>Whether the credential is an access token that the app's identity asks for.</summary>
    public bool IsToken { get; init; }

    /// <summary>A secret of the kind, by a word that its credential shows.</summary>
    public Func<string, string> Secret { get; init; } = word => word;

    /// <summary>Where a request shows its credential.</summary>
    public Func<Seen, string> Shown { get; init; } = request => string.Join('\n', request.Headers.Values) + request.PathAndQuery;

    /// <inheritdoc/>
    public override string ToString() => Type;
}
