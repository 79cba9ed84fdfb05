using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Bookkeeping;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>Removes, once a day by storage's clock, what nobody needs any more.</summary>
public sealed class Housekeeping(DeliverySweep deliveries, StateSweep states, StorageClock clock, TimeProvider time, ILogger<Housekeeping> log)
{
    // Well below any time limit of a host: a tick that never ends would never be noted, and every source be due at every tick.
    private static readonly TimeSpan LongestSweep = TimeSpan.FromMinutes(3);

    /// <summary>Removes it, unless that was done today. A failure, of whatever kind, is logged and made up for tomorrow: it must not stop ticks.</summary>
    /// <param name="tick">The tick before.</param>
    /// <param name="ships">About how many messages are in queue <c>ship</c>; never fewer than there are.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The tick with the days of what was removed.</returns>
    public async Task<LastTick> RunDailyAsync(LastTick tick, int ships, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var (isRowsDue, isBodiesDue) = (tick.SweptOn != today, tick.BodiesSweptOn != today && ships == 0);
        if (!isRowsDue && !isBodiesDue)
        {
            return tick;
        }

        using var ending = new CancellationTokenSource(LongestSweep, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending.Token);
        try
        {
            var rows = isRowsDue ? await deliveries.RemoveRowsAsync(today, linked.Token) : 0;
            var (segments, records) = isRowsDue ? await states.RunAsync(now, linked.Token) : (0, 0);
            var bodies = isBodiesDue ? await deliveries.RemoveBodiesAsync(today, linked.Token) : 0;
            SchedulingLog.Swept(log, rows, bodies, segments, records);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            SchedulingLog.SweepFailed(log, BookkeepingFailure.Reason(exception));
        }

        return tick with { SweptOn = today, BodiesSweptOn = isBodiesDue ? today : tick.BodiesSweptOn };
    }
}
