using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Scheduling;
using AuditFunctions.SelfHosting.Health;
using Microsoft.Extensions.Logging;
using NCrontab;

namespace AuditFunctions.SelfHosting;

/// <summary>Ticks at the instants of a cron expression, in UTC, as the timer trigger does.</summary>
internal sealed class Ticker(CrontabSchedule cron, ScheduleHandler handler, TimeProvider time, ILogger log, Pulse pulse)
{
    /// <summary>Ticks once now and then at each instant until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await TickAsync(stop);
                var now = time.GetUtcNow();
                await Task.Delay(cron.GetNextOccurrence(now.UtcDateTime) - now.UtcDateTime, time, stop);
            }
        }
        catch (Exception exception) when (Stopping.IsOf(exception, stop))
        {
            // Stopped.
        }
    }

    private async Task TickAsync(CancellationToken stop)
    {
        try
        {
            await handler.TickAsync(stop);
            pulse.Worked();
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            pulse.Failed();
            HostLog.TickFailed(log, StorageWatch.ReasonOf(exception));
        }
    }
}
