using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Pipeline.Storage.Checkpoints;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>What a partition's status says after a poll.</summary>
internal static class StatusAfter
{
    private const int MaxErrorLength = 1_000;

    /// <summary>After a poll that worked: failures are over.</summary>
    public static PartitionStatus Success(PartitionStatus status, DateTimeOffset now, bool fetched) => status with
    {
        LastPollAt = now,
        FirstPollAt = status.FirstPollAt ?? now,
        LastFetchAt = fetched ? now : status.LastFetchAt,
        Failures = 0,
        FailingSinceAt = null,
        Failure = FailureKind.None,
        LastError = null,
        KeptPage = null,
        NextPollAt = null,
        NeedsAttention = false,
        FailedDefinition = null,
    };

    /// <summary>After a poll that failed: why, since when, and when it is tried again.</summary>
    public static PartitionStatus Failure(PartitionStatus status, PollFailure failure, string fingerprint, DateTimeOffset now, Random random)
    {
        // Where it only takes time, waits do not grow, and nothing fails since then.
        var failures = failure.IsExpected ? Math.Max(1, status.Failures) : status.Failures + 1;
        var isRefused = failure.Kind == FailureKind.Refused;
        var wait = isRefused ? Backoff.AfterRefusals(failures, random) : Backoff.AfterFailures(failures, random);
        return status with
        {
            LastPollAt = now,
            FirstPollAt = status.FirstPollAt ?? now,
            Failures = failures,
            FailingSinceAt = failure.IsExpected ? status.FailingSinceAt : status.FailingSinceAt ?? now,
            Failure = failure.Kind,
            LastError = failure.Reason.Length > MaxErrorLength ? failure.Reason[..MaxErrorLength] : failure.Reason,
            KeptPage = failure.KeptPage,
            NextPollAt = now + (failure.RetryAfter > wait ? failure.RetryAfter.Value : wait),
            NeedsAttention = isRefused,
            FailedDefinition = fingerprint,
        };
    }
}
