using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources.Processors.Repeats;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// What events of earlier pages said, as far as a source's processors remember it. It lies among the ids of the events, in the checkpoint row and its
/// segments, and is committed with the page that says it: a repeated page finds what it found before.
/// </summary>
/// <param name="ids">What the row holds; null before it was read, which is so only where nothing is remembered.</param>
/// <param name="segments">What left the row.</param>
/// <param name="seen">What lies in segments; null when nothing does.</param>
/// <param name="latest">Events after this are not distinguished by their time.</param>
internal sealed class RepeatMemory(RecentIds? ids, SeenMemory segments, SeenIndex? seen, DateTimeOffset latest)
{
    private readonly uint _from = seen is null ? uint.MaxValue : RecentIds.SecondsOf(seen.FromAt, seen.FromAt);
    private readonly uint _to = seen is null ? 0 : RecentIds.SecondsOf(seen.ToAt, seen.ToAt);

    /// <summary>The same for a page.</summary>
    public PageRepeats Page() => new(IsSaid, latest);

    /// <summary>Looks up what a page wants to know.</summary>
    public Task LoadAsync(PageRepeats page, CancellationToken cancellationToken) =>
        seen is null || page.Wanted.Count == 0 ? Task.CompletedTask : segments.AnswerAsync(page, seen, cancellationToken);

    // What is in the segments is not later than the newest there; none of it is needed that is before the oldest.
    private bool? IsSaid(Repeat repeat) =>
        ids?.Contains(repeat.Key) == true ? true
        : repeat.Seconds >= _from && repeat.Seconds <= _to ? null
        : false;
}
