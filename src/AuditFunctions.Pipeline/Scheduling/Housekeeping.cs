using AuditFunctions.Pipeline.State;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>Removes, once a day, what nobody needs any more: ledger rows after their retention, bodies that a crash left behind, and ids of events that are not listed again.</summary>
public sealed class Housekeeping(Ledger ledger, BodyStore bodies, CheckpointStore checkpoints, SeenStore seen, IOptions<SchedulingOptions> options, TimeProvider time, ILogger<Housekeeping> log)
{
    /// <summary>Removes it, unless that was done today. A failure is logged and made up for tomorrow: it must not stop ticks.</summary>
    public async Task RunDailyAsync(DateOnly? sweptOn, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        if (sweptOn == today)
        {
            return;
        }

        try
        {
            var rows = await ledger.SweepAsync(DayBefore(today, options.Value.LedgerRetention), cancellationToken);
            var blobs = await bodies.SweepAsync(DayBefore(today, options.Value.BodyRetention), cancellationToken);
            var segments = await seen.SweepAsync(await checkpoints.ListAsync(null, cancellationToken), time.GetUtcNow(), cancellationToken);
            SchedulingLog.Swept(log, rows, blobs, segments);
        }
        catch (Azure.RequestFailedException exception) when (!cancellationToken.IsCancellationRequested)
        {
            SchedulingLog.SweepFailed(log, exception.Status, exception.ErrorCode);
        }
    }

    private static DateOnly DayBefore(DateOnly today, TimeSpan retention) => today.AddDays(-(int)retention.TotalDays);
}
