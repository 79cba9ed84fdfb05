using AuditFunctions.Pipeline.Scheduling;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;

namespace AuditFunctions;

/// <summary>Every tick of <c>%ScheduleCron%</c>: asks for the sources that are due.</summary>
public sealed class Schedule(ScheduleHandler handler, IHostApplicationLifetime lifetime)
{
    /// <summary>A tick.</summary>
    [Function(nameof(Schedule))]
#pragma warning disable IDE0060 // The trigger needs it; what is due depends on the last tick in storage, not on the timer's own memory.
    public async Task RunAsync([TimerTrigger("%ScheduleCron%")] TimerInfo timer, CancellationToken cancellationToken)
#pragma warning restore IDE0060
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        await handler.TickAsync(ending.Token);
    }
}
