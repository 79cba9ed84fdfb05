using AuditFunctions.Pipeline.Scheduling;
using Microsoft.Extensions.Logging;
using NCrontab;

namespace AuditFunctions.Cli.Hosting;

/// <summary>Ticks at the instants of a cron expression, in UTC, as the timer trigger does.</summary>
internal sealed class Ticker(CrontabSchedule cron, ScheduleHandler handler, TimeProvider time, ILogger log)
{
    /// <summary>The expression that is used when the setting ScheduleCron is absent: every 30 seconds.</summary>
    public const string DefaultCron = "*/30 * * * * *";

    /// <summary>Reads an expression with five or six fields.</summary>
    public static CrontabSchedule? Parse(string cron) =>
        CrontabSchedule.TryParse(cron, new CrontabSchedule.ParseOptions { IncludingSeconds = cron.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 6 });

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
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task TickAsync(CancellationToken stop)
    {
        try
        {
            await handler.TickAsync(stop);
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            HostLog.TickFailed(log, StorageWatch.ReasonOf(exception));
        }
    }
}
