using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Operations.Contracts.Recording;

/// <summary>Replays what was recorded, and lets go of what is another in each request: an instant, a nonce, a secret.</summary>
internal static class FittedContract
{
    private const int MostRounds = 6;

    /// <summary>The contract as it is kept, and what of it is not kept all the same.</summary>
    public static async Task<(Contract Contract, ReplayedContract Replayed)> OfAsync(Contract contract, TemplateCatalog templates, CancellationToken cancellationToken)
    {
        for (var round = 0; ; round++)
        {
            var replayed = await ContractReplay.RunAsync(contract, templates, cancellationToken);
            if (replayed.IsKept || replayed.Problems.Count > 0 || round == MostRounds)
            {
                return (contract, replayed);
            }

            contract = contract with { Polls = [.. contract.Polls.Zip(replayed.Polls, Fit)] };
        }
    }

    private static ContractPoll Fit(ContractPoll poll, ReplayedPoll replayed) => poll with
    {
        From = replayed.OldestAt < poll.From ? replayed.OldestAt.Value : poll.From,
        Exchanges = [.. poll.Exchanges.Select((exchange, at) => at < replayed.Exchanges.Count ? Fit(exchange, replayed.Exchanges[at]) : exchange)],
        Events = replayed.HasIds ? replayed.Ids : null,
        Count = replayed.HasIds ? 0 : replayed.Events,
        Partitions = poll.Partitions is null ? null : replayed.Ids,
    };

    private static ContractExchange Fit(ContractExchange expected, ReplayedExchange came)
    {
        var query = came.Asked.Split('?', 2) is [_, var sent] ? ContractAnswers.Pairs(sent).ToLookup(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal) : null;
        return expected with
        {
            Query = expected.Query is null ? null
                : [.. expected.Query.Select(pair => query?[pair.Name].Contains(pair.Value, StringComparer.Ordinal) == true || pair.Value.Contains("{server}", StringComparison.Ordinal) ? pair : (pair.Name, "*"))],
            Body = came.IsBodyWrong ? null : expected.Body,
        };
    }
}
