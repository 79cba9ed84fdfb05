namespace AuditFunctions.Pipeline.Fetching;

/// <summary>How a run on one partition ended.</summary>
public enum FetchOutcome
{
    /// <summary>Nothing new.</summary>
    Idle,

    /// <summary>Everything that the vendor has was sent on.</summary>
    CaughtUp,

    /// <summary>There is more: a continuation was sent.</summary>
    Continued,

    /// <summary>The vendor throttles or fails; the partition is polled again later.</summary>
    BackedOff,

    /// <summary>The vendor refuses until somebody changes something.</summary>
    Refused,

    /// <summary>Somebody else works on it, or it is not time yet.</summary>
    Skipped,
}
