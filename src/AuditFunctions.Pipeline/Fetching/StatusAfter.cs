using System.Diagnostics;
using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources;

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
        LastError = null,
        NextPollAt = null,
        NeedsAttention = false,
        FailedDefinition = null,
    };

    /// <summary>After a poll whose answer was no page: why, since when, and when it is tried again.</summary>
    /// <param name="status">The status before it.</param>
    /// <param name="result">The answer.</param>
    /// <param name="fingerprint">The definition that was used.</param>
    /// <param name="now">The instant.</param>
    /// <param name="random">For jitter.</param>
    public static PartitionStatus Failure(PartitionStatus status, PageResult result, string fingerprint, DateTimeOffset now, Random random)
    {
        var failures = status.Failures + 1;
        var wait = Backoff.AfterFailures(failures, random);
        (var problem, wait) = result switch
        {
            PageResult.Throttled throttled => ($"HTTP {throttled.StatusCode}: {PartitionStatus.ThrottledError}", throttled.RetryAfter > wait ? throttled.RetryAfter.Value : wait),
            PageResult.Refused refused => (refused.Reason, Backoff.AfterRefusals(failures, random)),
            PageResult.Failed failed => (failed.Reason, wait),
            _ => throw new UnreachableException(),
        };
        return status with
        {
            LastPollAt = now,
            FirstPollAt = status.FirstPollAt ?? now,
            Failures = failures,
            FailingSinceAt = status.FailingSinceAt ?? now,
            LastError = problem.Length > MaxErrorLength ? problem[..MaxErrorLength] : problem,
            NextPollAt = now + wait,
            NeedsAttention = result is PageResult.Refused,
            FailedDefinition = fingerprint,
        };
    }
}
