using System.Diagnostics;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Why a poll brings no further page.</summary>
/// <param name="Kind">What control flow depends on.</param>
/// <param name="Reason">For people, without secrets.</param>
/// <param name="RetryAfter">How long the vendor asked us to wait.</param>
/// <param name="KeptPage">The dead letter that keeps the unreadable page.</param>
internal sealed record PollFailure(FailureKind Kind, string Reason, TimeSpan? RetryAfter = null, string? KeptPage = null)
{
    /// <summary>Whether nothing is wrong: it only takes time.</summary>
    public bool IsExpected { get; init; }

    /// <summary>What an answer that is no page means.</summary>
    public static PollFailure Of(PageResult result) => result switch
    {
        PageResult.Throttled { Expected: { } why } waits => new(FailureKind.Throttled, why, waits.RetryAfter) { IsExpected = true },
        PageResult.Throttled throttled => new(FailureKind.Throttled, $"HTTP {throttled.StatusCode}: throttled by the vendor", throttled.RetryAfter),
        PageResult.Refused refused => new(FailureKind.Refused, refused.Reason, refused.RestFor),
        PageResult.Failed { Broken: not null } failed => new(FailureKind.UnreadablePage, failed.Reason),
        PageResult.Failed failed => new(FailureKind.Failed, failed.Reason),
        _ => throw new UnreachableException(),
    };
}
