using AuditFunctions.Pipeline.Storage.Bodies;
using AuditFunctions.Pipeline.Storage.Deliveries;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>Removes what deliveries leave behind: ledger rows after their retention, and bodies that a crash left over.</summary>
public sealed class DeliverySweep(Ledger ledger, BodyStore bodies, IOptions<SchedulingOptions> options)
{
    /// <summary>Removes ledger rows; one of a batch that is delivered in part stays as long as its body.</summary>
    /// <returns>How many.</returns>
    public Task<int> RemoveRowsAsync(DateOnly today, CancellationToken cancellationToken) =>
        ledger.SweepAsync(DayBefore(today, options.Value.LedgerRetention), DayBefore(today, Longer(options.Value.LedgerRetention, options.Value.BodyRetention)), cancellationToken);

    /// <summary>Removes bodies. Only while queue <c>ship</c> is empty: no message may need one.</summary>
    /// <returns>How many.</returns>
    public Task<int> RemoveBodiesAsync(DateOnly today, CancellationToken cancellationToken) =>
        bodies.SweepAsync(DayBefore(today, options.Value.BodyRetention), cancellationToken);

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static DateOnly DayBefore(DateOnly today, TimeSpan retention) => today.AddDays(-(int)retention.TotalDays);
}
