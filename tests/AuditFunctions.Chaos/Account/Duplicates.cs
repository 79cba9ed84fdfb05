using AuditFunctions.Chaos.Storage;

namespace AuditFunctions.Chaos.Account;

/// <summary>
/// Says which duplicates are allowed. Events that came more often than once came in bodies; for each destination and event:
/// <list type="bullet">
/// <item>One body may arrive again once for each time that its answer was lost on purpose (the SIEM stored it and cut the answer off).</item>
/// <item>One body may arrive again once for each claim that ended without a mark because its process was killed, or because a storage call on that batch met a fault.</item>
/// <item>An event may come in different bodies when all but one of them belong to pages whose checkpoint was never committed, because the process was
/// killed between the page's first message and its commit, or because a storage call in between met a fault: the page was read again, and the vendor had published more meanwhile.</item>
/// </list>
/// Every other duplicate is unexplained, and none may be.
/// </summary>
internal sealed class Duplicates
{
    private readonly List<string> _unexplained = [];

    private Duplicates()
    {
    }

    /// <summary>Arrivals beyond the first of their event, over all destinations.</summary>
    public int Count { get; private set; }

    /// <summary>Of them: repeats after an answer that was lost on purpose.</summary>
    public int AnswerLost { get; private set; }

    /// <summary>Of them: repeats of a batch whose delivery was cut off before it was marked.</summary>
    public int InFlight { get; private set; }

    /// <summary>Of them: events of a page that was cut off before it was committed.</summary>
    public int UncommittedPage { get; private set; }

    /// <summary>The others, one line each.</summary>
    public IReadOnlyList<string> Unexplained => _unexplained;

    public static Duplicates Of(Arrivals arrivals, SentBodies bodies, StorageTrace trace)
    {
        var found = new Duplicates();
        foreach (var (destination, id, times) in arrivals.Repeated())
        {
            found.Count += times.Count - 1;
            found.Explain(destination, id, times, bodies, trace);
        }

        return found;
    }

    private void Explain(string destination, string id, IReadOnlyList<Arrival> times, SentBodies bodies, StorageTrace trace)
    {
        var committed = 0;
        foreach (var body in times.GroupBy(arrival => arrival.Body))
        {
            if (bodies.BatchOf(destination, body.Key) is not { } batch || trace.PageOf(batch) is not { } page)
            {
                _unexplained.Add($"{destination}: event {id} came in a body that was never sent");
                continue;
            }

            var again = body.Count() - 1;
            var lost = Math.Min(again, body.Count(arrival => arrival.AnswerLost));
            var broken = Math.Min(again - lost, trace.BrokenClaims(destination, batch));
            AnswerLost += lost;
            InFlight += broken;
            if (again > lost + broken)
            {
                _unexplained.Add($"{destination}: event {id} came {again + 1} times in batch {batch}, {lost} answers lost; {trace.StoryOf(destination, batch)}");
            }

            committed += page.IsCommitted ? 1 : 0;
            if (!page.IsCommitted && !page.IsExcused)
            {
                _unexplained.Add($"{destination}: event {id} came in batch {batch} of a page that was not committed for no reason; {trace.StoryOf(destination, batch)}");
            }
        }

        var bodiesOfIt = times.DistinctBy(arrival => arrival.Body).Count();
        UncommittedPage += bodiesOfIt - 1;
        if (committed > 1)
        {
            var stories = times.Select(arrival => bodies.BatchOf(destination, arrival.Body)).OfType<string>().Distinct().Select(batch => $"{batch} {trace.StoryOf(destination, batch)}");
            _unexplained.Add($"{destination}: event {id} came in {committed} batches of committed pages: {string.Join(" | ", stories)}");
        }
    }
}
