using AuditFunctions.Events;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>What became of a page.</summary>
internal abstract record PageTaken
{
    private PageTaken()
    {
    }

    /// <summary>What was new of it is sent on; the checkpoint does not say so yet.</summary>
    /// <param name="Fresh">How many events were new.</param>
    /// <param name="Times">The times on the page, of events new or not.</param>
    /// <param name="FirstKey">The page's first event; null when it holds none.</param>
    public sealed record Sent(int Fresh, PageTimes Times, EventKey? FirstKey) : PageTaken;

    /// <summary>It cannot be used.</summary>
    public sealed record Unusable(PollFailure Failure) : PageTaken;

    /// <summary>Somebody else works on the partition.</summary>
    public sealed record Lost : PageTaken;
}
