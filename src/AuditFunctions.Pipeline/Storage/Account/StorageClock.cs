using Azure.Core;
using Azure.Core.Pipeline;

namespace AuditFunctions.Pipeline.Storage.Account;

/// <summary>How far our clock may differ from storage's. Zero: it is not compared.</summary>
/// <param name="Most">The difference.</param>
public sealed record ClockTolerance(TimeSpan Most);

/// <summary>
/// Compares our clock with that of the storage account, whose every answer says what time it is. A clock that is wrong by much would move marks into
/// the future, and remove what is still needed. Thread safe.
/// </summary>
public sealed class StorageClock(TimeProvider time, ClockTolerance tolerance)
{
    private long _aheadTicks;
    private volatile bool _wasAsked;
    private volatile bool _hasAnswered;

    /// <summary>Whether storage was asked anything.</summary>
    public bool WasAsked => _wasAsked;

    /// <summary>Whether it has answered anything, whatever it was.</summary>
    public bool HasAnswered => _hasAnswered;

    /// <summary>The time by storage's clock, as far as it is known.</summary>
    public DateTimeOffset Now => time.GetUtcNow() - Ahead;

    /// <summary>How far our clock is ahead; zero while nothing is known.</summary>
    public TimeSpan Ahead => tolerance.Most == TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromTicks(Interlocked.Read(ref _aheadTicks));

    /// <summary>What is wrong with our clock; null when nothing is.</summary>
    public string? Problem => Ahead.Duration() <= tolerance.Most
        ? null
        : $"The clock of this machine is {Ahead.Duration():d\\.hh\\:mm\\:ss} {(Ahead > TimeSpan.Zero ? "ahead of" : "behind")} that of the storage account. Set it right (NTP)";

    /// <summary>Listens to a client's answers.</summary>
    internal T Follow<T>(T options)
        where T : ClientOptions
    {
        options.AddPolicy(new Listener(this), HttpPipelinePosition.PerRetry);
        return options;
    }

    private void Heard(DateTimeOffset storageAt) => Interlocked.Exchange(ref _aheadTicks, (time.GetUtcNow() - storageAt).Ticks);

    private sealed class Listener(StorageClock clock) : HttpPipelineSynchronousPolicy
    {
        public override void OnSendingRequest(HttpMessage message) => clock._wasAsked = true;

        public override void OnReceivedResponse(HttpMessage message)
        {
            clock._hasAnswered |= message.HasResponse;
            if (message.HasResponse && message.Response.Headers.Date is { } at)
            {
                clock.Heard(at);
            }
        }
    }
}
