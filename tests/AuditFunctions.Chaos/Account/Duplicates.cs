using AuditFunctions.Chaos.Records;

namespace AuditFunctions.Chaos.Account;

/// <summary>
/// Says which duplicates are allowed. Events that came more often than once came in bodies; for each destination and event:
/// <list type="bullet">
/// <item>A batch, or a piece of one that was refused for an event's content, may arrive again once for each time that its answer was lost on purpose (the SIEM stored it and cut the answer off).</item>
/// <item>It may arrive again once for each claim that ended without a mark because its process was killed, or because a storage call on that batch met a fault.</item>
/// <item>An event may come in different batches when all but one of them belong to pages whose checkpoint was never committed, because the process was
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
            found.Explain(destination, id, times, body => BatchesOf(destination, id, body, arrivals, bodies), trace);
        }

        return found;
    }

    /// <summary>
    /// The batches of which a body with an event is the whole or a piece. Nearly always one: of a page that was read twice two batches may have the same piece,
    /// and where it was read again in smaller pages, what was a piece of one batch may be the whole of another.
    /// </summary>
    public static IReadOnlyList<string> BatchesOf(string destination, string id, Guid body, Arrivals arrivals, SentBodies bodies) =>
        [.. arrivals.RefusedWith(destination, id).Append(body).Select(one => bodies.BatchOf(destination, one)).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    private void Explain(string destination, string id, IReadOnlyList<Arrival> times, Func<Guid, IReadOnlyList<string>> batchesOf, StorageTrace trace)
    {
        var known = times.Select(arrival => (Arrival: arrival, Batches: batchesOf(arrival.Body))).ToArray();
        if (Array.Exists(known, one => one.Batches.Count == 0 || one.Batches.Any(batch => trace.PageOf(batch) is null)))
        {
            _unexplained.Add($"{destination}: event {id} came in a body that was never sent, nor any that it is a piece of");
            return;
        }

        // Where a piece may be of two batches, these are counted together.
        var batches = known.SelectMany(one => one.Batches).Distinct(StringComparer.Ordinal).ToArray();
        var isClear = Array.TrueForAll(known, one => one.Batches.Count == 1);
        var explained = 0;
        foreach (var group in known.GroupBy(one => isClear ? one.Batches[0] : ""))
        {
            string[] of = isClear ? [group.Key] : batches;
            var again = Math.Max(0, group.Count() - of.Length);
            var lost = Math.Min(again, group.Count(one => one.Arrival.AnswerLost));
            var broken = Math.Min(again - lost, of.Sum(batch => trace.BrokenClaims(destination, batch)));
            AnswerLost += lost;
            InFlight += broken;
            explained += lost + broken;
            if (again > lost + broken)
            {
                _unexplained.Add($"{destination}: event {id} came {group.Count()} times ({string.Join(", ", group.Select(one => $"{one.Arrival.At:HH:mm:ss.fff}"))}) in {Stories(destination, of, trace)}, {lost} answers lost");
            }
        }

        UncommittedPage += Math.Min(batches.Length - 1, times.Count - 1 - explained);
        if (Pages(destination, batches, trace) is { } wrong)
        {
            _unexplained.Add($"{destination}: event {id} came in {wrong}");
        }
    }

    /// <summary>What is wrong with one event being in several batches; null when all but one are of pages that were cut off for a reason.</summary>
    public static string? Pages(string destination, IReadOnlyList<string> batches, StorageTrace trace)
    {
        var pages = batches.Select(batch => (Batch: batch, Page: trace.PageOf(batch))).ToArray();
        return pages.Count(page => page.Page is { IsCommitted: true }) > 1 ? $"batches of several committed pages: {Stories(destination, batches, trace)}"
            : Array.Exists(pages, page => page.Page is not { IsCommitted: true } and not { IsExcused: true }) ? $"a batch of a page that was not committed for no reason: {Stories(destination, batches, trace)}"
            : null;
    }

    private static string Stories(string destination, IEnumerable<string> batches, StorageTrace trace) =>
        string.Join(" | ", batches.Select(batch => $"batch {batch} {trace.StoryOf(destination, batch)}"));
}
