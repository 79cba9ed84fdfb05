using AuditFunctions.Operations.Contracts;

namespace AuditFunctions.Cli.Output;

/// <summary>Contracts that were replayed.</summary>
internal sealed record ContractTestShape(bool Kept, IReadOnlyList<ContractShape> Contracts);

/// <summary>A contract, or a variant of one, that was replayed.</summary>
internal sealed record ContractShape(string File, int? Variant, string Template, bool Kept, IReadOnlyList<string> Problems, IReadOnlyList<ContractPollShape> Polls)
{
    /// <summary>Of a replay.</summary>
    public static ContractShape Of(ContractFile file, int variant, ReplayedContract replayed) => new(
        file.File,
        variant == 0 ? null : variant,
        file.Template,
        replayed.IsKept,
        [.. replayed.Problems.Select(problem => problem.ToString())],
        [.. replayed.Polls.Select(ContractPollShape.Of)]);
}

/// <summary>A poll of a contract.</summary>
internal sealed record ContractPollShape(string Poll, IReadOnlyList<ContractExchangeShape> Exchanges, int Pages, int Events, string Ended, IReadOnlyList<string> Wrong)
{
    /// <summary>Of a poll.</summary>
    public static ContractPollShape Of(ReplayedPoll poll) => new(
        poll.Title, [.. poll.Exchanges.Select(one => new ContractExchangeShape(one.Asked, one.Expected, one.Status, one.Wrong))], poll.Pages, poll.Events, poll.Ended, poll.Wrong);
}

/// <summary>A request of a poll.</summary>
internal sealed record ContractExchangeShape(string Asked, string? Expected, int Status, IReadOnlyList<string> Wrong);

/// <summary>A contract that was recorded.</summary>
internal sealed record RecordedShape(string File, int Requests, int Events, bool Kept, IReadOnlyList<string> Wrong);
