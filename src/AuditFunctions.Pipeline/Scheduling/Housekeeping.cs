using AuditFunctions.Pipeline.Storage.Account;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>Removes, once a day, what nobody needs any more.</summary>
public sealed class Housekeeping(DeliverySweep deliveries, StateSweep states, TimeProvider time, ILogger<Housekeeping> log)
{
    // Well below any time limit of a host: a tick that never ends would never be noted, and every source be due at every tick.
    private static readonly TimeSpan LongestSweep = TimeSpan.FromMinutes(3);

    /// <summary>Removes it, unless that was done today. A failure is logged and made up for tomorrow: it must not stop ticks.</summary>
    public async Task RunDailyAsync(DateOnly? sweptOn, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        if (sweptOn == today)
        {
            return;
        }

        using var ending = new CancellationTokenSource(LongestSweep, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending.Token);
        try
        {
            var (rows, bodies) = await deliveries.RunAsync(today, linked.Token);
            var (segments, records) = await states.RunAsync(now, linked.Token);
            SchedulingLog.Swept(log, rows, bodies, segments, records);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && BookkeepingTrouble.Is(exception))
        {
            SchedulingLog.SweepFailed(log, BookkeepingTrouble.Reason(exception));
        }
    }
}
