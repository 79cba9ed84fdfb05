using AuditFunctions.Chaos.Plan;
using AuditFunctions.Chaos.Records;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Chaos.Account;

/// <summary>
/// Whether exactly the events that a SIEM refuses for their content lie in the dead letters: each once, with the vendor's bytes, and none of them delivered. One of a
/// page that was cut off may lie there in another batch too, as a duplicate may arrive.
/// </summary>
internal sealed class RefusedEvents(Arrivals arrivals, StorageTrace trace)
{
    private readonly List<string> _wrong = [];

    /// <summary>Events that are refused, by how.</summary>
    public Dictionary<EventRefusal, int> Wanted { get; } = [];

    /// <summary>Different events in the dead letters.</summary>
    public int DeadLettered { get; private set; }

    /// <summary>Dead letters beyond the first of their event, all of pages that were cut off.</summary>
    public int Repeated { get; private set; }

    /// <summary>What is not as it should be, one line each.</summary>
    public IReadOnlyList<string> Wrong => _wrong;

    public static async Task<RefusedEvents> CheckAsync(
        IReadOnlyList<LiveVendor> vendors,
        Refusals refusals,
        Arrivals arrivals,
        StorageTrace trace,
        DeadLetters letters,
        CancellationToken cancellationToken)
    {
        var found = new RefusedEvents(arrivals, trace);
        using var client = new HttpClient();
        var offered = new OfferedBytes(client);
        var dead = letters.Events.ToLookup(one => (one.Destination, one.Id));
        var seen = new HashSet<(string, string)>();
        foreach (var vendor in vendors)
        {
            foreach (var (id, at) in vendor.Server.Offered)
            {
                foreach (var destination in vendor.Plan.Destinations)
                {
                    if (refusals.Of(destination, id) is { } how)
                    {
                        found.Wanted[how] = found.Wanted.GetValueOrDefault(how) + 1;
                        seen.Add((destination, id));
                        found.Check(destination, id, [.. dead[(destination, id)]], await offered.OfAsync(vendor, id, at, cancellationToken));
                    }
                }
            }
        }

        found._wrong.AddRange(dead.Where(group => !seen.Contains(group.Key)).Select(group => $"{group.Key.Destination}: event {group.Key.Id} lies in the dead letters as {group.First().Letter.Name} and is not refused: {group.First().Letter.Note.Reason}"));
        found._wrong.AddRange(letters.Others.Select(letter => $"{letter.Name} lies in the dead letters: {letter.Note.Reason}"));
        return found;
    }

    private void Check(string destination, string id, IReadOnlyList<DeadEvent> dead, string? offered)
    {
        if (arrivals.Has(destination, id))
        {
            _wrong.Add($"{destination}: event {id} is refused and arrived");
        }

        if (dead.Count == 0)
        {
            _wrong.Add($"{destination}: event {id} is refused and does not lie in the dead letters");
            return;
        }

        DeadLettered++;
        Repeated += dead.Count - 1;
        string[] batches = [.. dead.Select(one => one.BatchId).Distinct(StringComparer.Ordinal)];
        if (batches.Length < dead.Count || (batches.Length > 1 && Duplicates.Pages(destination, batches, trace) is not null))
        {
            _wrong.Add($"{destination}: event {id} lies in the dead letters {dead.Count} times: {string.Join(", ", dead.Select(one => one.Letter.Name))}; {Duplicates.Pages(destination, batches, trace)}");
        }

        foreach (var one in dead)
        {
            var note = one.Letter.Note;
            if (one.Text != offered)
            {
                _wrong.Add($"{destination}: event {id} has other bytes in {one.Letter.Name} than its vendor offers");
            }

            if ((note.Events, note.StatusCode, note.Answer is null) != (1, 400, false))
            {
                _wrong.Add($"{destination}: event {id} is not alone in {one.Letter.Name}, or the answer is missing: {note}");
            }
        }
    }
}
