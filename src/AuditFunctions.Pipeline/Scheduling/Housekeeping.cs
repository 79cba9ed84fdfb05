using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Bodies;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Deliveries;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Pipeline.Storage.SeenIds;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>
/// Removes, once a day, what nobody needs any more: ledger rows after their retention, bodies that a crash left behind, ids of events that are not listed again, and
/// records of destinations that are gone.
/// </summary>
public sealed class Housekeeping(
    Ledger ledger,
    BodyStore bodies,
    CheckpointStore checkpoints,
    SeenStore seen,
    DestinationRecords records,
    DefinitionCache definitions,
    IOptions<SchedulingOptions> options,
    TimeProvider time,
    ILogger<Housekeeping> log)
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
            var rows = await ledger.SweepAsync(DayBefore(today, options.Value.LedgerRetention), linked.Token);
            var blobs = await bodies.SweepAsync(DayBefore(today, options.Value.BodyRetention), linked.Token);
            var segments = await seen.SweepAsync(await checkpoints.ListAsync(null, linked.Token), now, linked.Token);
            var known = await definitions.DestinationsAsync(TimeSpan.Zero, linked.Token);
            var gone = await records.SweepAsync([.. known.Keys], now, linked.Token);
            SchedulingLog.Swept(log, rows, blobs, segments, gone);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && BookkeepingTrouble.Is(exception))
        {
            SchedulingLog.SweepFailed(log, BookkeepingTrouble.Reason(exception));
        }
    }

    private static DateOnly DayBefore(DateOnly today, TimeSpan retention) => today.AddDays(-(int)retention.TotalDays);
}
