using AuditFunctions.Pipeline.Storage.Bodies;
using AuditFunctions.Pipeline.Storage.Deliveries;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>Removes what deliveries leave behind: ledger rows after their retention, and bodies that a crash left over.</summary>
public sealed class DeliverySweep(Ledger ledger, BodyStore bodies, IOptions<SchedulingOptions> options)
{
    /// <summary>Removes it.</summary>
    /// <returns>How many rows and bodies.</returns>
    public async Task<(int Rows, int Bodies)> RunAsync(DateOnly today, CancellationToken cancellationToken) =>
        (await ledger.SweepAsync(DayBefore(today, options.Value.LedgerRetention), cancellationToken),
        await bodies.SweepAsync(DayBefore(today, options.Value.BodyRetention), cancellationToken));

    private static DateOnly DayBefore(DateOnly today, TimeSpan retention) => today.AddDays(-(int)retention.TotalDays);
}
