using AuditFunctions.Destinations;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>What a rejection settles of a piece: events by their place in it, ascending.</summary>
/// <param name="Guilty">Those that are to blame.</param>
/// <param name="Taken">Those that the destination has.</param>
internal readonly record struct Verdict(IReadOnlyList<RejectedEvent> Guilty, IReadOnlyList<int> Taken)
{
    /// <summary>Whether no event is settled: it is not known which is to blame.</summary>
    public bool IsNothingSettled => Guilty.Count + Taken.Count == 0;

    /// <summary>Reads a rejection. A place that the piece does not have is passed over: what a destination says must never lose an event.</summary>
    /// <param name="rejected">The rejection.</param>
    /// <param name="events">Events of the piece.</param>
    public static Verdict Of(SendResult.Rejected rejected, int events)
    {
        RejectedEvent[] guilty = [.. rejected.Guilty.Where(one => one.Number >= 0 && one.Number < events).DistinctBy(one => one.Number).OrderBy(one => one.Number)];
        if (rejected.Unnamed > 0)
        {
            // Which ones is not known and the others were taken: none may be sent again, so all are kept.
            return new Verdict([.. Enumerable.Range(0, events).Select(number => new RejectedEvent(number, rejected.Reason))], []);
        }

        if (guilty.Length == 0 && rejected.Later.Count == 0 && events == 1)
        {
            return new Verdict([new RejectedEvent(0, rejected.Reason)], []);
        }

        var open = guilty.Select(one => one.Number).Concat(rejected.Later).ToHashSet();
        int[] taken = rejected.Others switch
        {
            OtherEvents.Taken when open.Count > 0 => [.. Enumerable.Range(0, events).Where(number => !open.Contains(number))],
            OtherEvents.TakenBefore when guilty.Length > 0 => [.. Enumerable.Range(0, guilty[0].Number)],
            _ => [],
        };
        return new Verdict(guilty, taken);
    }
}
