using AuditFunctions.Pipeline.Scheduling;
using Microsoft.Azure.Functions.Worker;

namespace AuditFunctions;

/// <summary>Every tick of <c>%ScheduleCron%</c>: asks for the sources that are due.</summary>
public sealed class Schedule(ScheduleHandler handler)
{
    /// <summary>A tick.</summary>
    [Function(nameof(Schedule))]
    public Task RunAsync([TimerTrigger("%ScheduleCron%")] TimerInfo timer, CancellationToken cancellationToken) =>
        handler.TickAsync(cancellationToken);
}
