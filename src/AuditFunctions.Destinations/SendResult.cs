namespace AuditFunctions.Destinations;

/// <summary>What became of a body.</summary>
public abstract record SendResult
{
    private SendResult()
    {
    }

    /// <summary>The destination has all of it.</summary>
    public sealed record Accepted : SendResult
    {
        /// <summary>The only one.</summary>
        public static Accepted Instance { get; } = new();
    }

    /// <summary>Not now: no answer, busy, throttled, failing, or an answer that is not the destination's own. The same bytes are sent again later.</summary>
    /// <param name="StatusCode">The destination's status; 0 when there was no answer, or where it has none.</param>
    /// <param name="Reason">Why, in the destination's words, shortened.</param>
    /// <param name="After">How long it wants to be left alone, if it says so.</param>
    public sealed record Retry(int StatusCode, string Reason, TimeSpan? After = null) : SendResult
    {
        /// <summary>
        /// Whether it may be this body over which the other side fails: it answered an error, hung up in the middle, or something in between answered for it. Who cannot be
        /// reached at all has not seen it.
        /// </summary>
        public bool IsOfBody { get; init; } = StatusCode >= 500;

        /// <summary>
        /// Whether it was asked and gave no answer within the time-out. It may be this body over which it hangs; far more often it hangs as a whole, which only shows in what becomes
        /// of others.
        /// </summary>
        public bool IsTimeout { get; init; }
    }

    /// <summary>Not until somebody changes something: wrong credential, wrong address, wrong index. Nothing is given up.</summary>
    /// <param name="StatusCode">The destination's status; 0 where it has none.</param>
    /// <param name="Reason">Why, and what to do.</param>
    public sealed record Refused(int StatusCode, string Reason) : SendResult
    {
        /// <summary>Whether it is the credential that was refused: one that is read again may help.</summary>
        public bool IsCredential { get; init; } = StatusCode is 401 or 403;
    }

    /// <summary>Some of the content is not taken. Without a named event, nothing is known but that the body as it is will never be taken.</summary>
    /// <param name="StatusCode">The destination's status; 0 where it has none.</param>
    /// <param name="Reason">Why, in the destination's words, shortened.</param>
    public sealed record Rejected(int StatusCode, string Reason) : SendResult
    {
        /// <summary>The events that are to blame and never will be taken, in ascending order; empty when the destination names none.</summary>
        public IReadOnlyList<RejectedEvent> Guilty { get; init; } = [];

        /// <summary>What became of the events that are neither <see cref="Guilty"/> nor <see cref="Later"/>.</summary>
        public OtherEvents Others { get; init; } = OtherEvents.NotTaken;

        /// <summary>Events, by number in ascending order, that are not taken just now and are to be sent again.</summary>
        public IReadOnlyList<int> Later { get; init; } = [];

        /// <summary>How long to wait before <see cref="Later"/> is sent, if the destination says so.</summary>
        public TimeSpan? After { get; init; }

        /// <summary>Whether only the size of the body is to blame.</summary>
        public bool IsTooLarge { get; init; }

        /// <summary>How many events were given up by the destination without saying which, while it took the others: nothing may be sent again.</summary>
        public int Unnamed { get; init; }

        /// <summary>Whether the answer itself shows that the destination has taken events of this body, beside those that it gave up.</summary>
        public bool ShowsTaken { get; init; }

        /// <summary>The start of the answer, at most 2 KB, without secrets.</summary>
        public string? Answer { get; init; }
    }
}

/// <summary>An event that a destination does not take.</summary>
/// <param name="Number">Its number in the body, from 0.</param>
/// <param name="Reason">Why, in the destination's words, shortened.</param>
public readonly record struct RejectedEvent(int Number, string Reason);

/// <summary>What became of the events of a rejected body that are not to blame.</summary>
public enum OtherEvents
{
    /// <summary>None was taken.</summary>
    NotTaken,

    /// <summary>Those before the first guilty one were taken, those behind it were not.</summary>
    TakenBefore,

    /// <summary>All were taken.</summary>
    Taken,
}
