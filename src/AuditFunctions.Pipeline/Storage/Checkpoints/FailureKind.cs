namespace AuditFunctions.Pipeline.Storage.Checkpoints;

/// <summary>Why a poll failed. Kept in the checkpoint by name, so that nothing reads the words of <see cref="PartitionStatus.LastError"/>.</summary>
public enum FailureKind
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>No answer, or one that may be better next time.</summary>
    Failed,

    /// <summary>The vendor asked us to wait.</summary>
    Throttled,

    /// <summary>The vendor refuses until somebody changes something.</summary>
    Refused,

    /// <summary>The page is not what its template says.</summary>
    UnreadablePage,

    /// <summary>No event of the page has a time that can be read.</summary>
    NoTimes,

    /// <summary>A cursor came back that was followed before.</summary>
    CursorCircle,

    /// <summary>The vendor goes on naming a next page, and none brings anything.</summary>
    EndlessPages,
}
