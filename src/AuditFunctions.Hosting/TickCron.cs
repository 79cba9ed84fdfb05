using AuditFunctions.Pipeline.Storage.Bookkeeping;
using Microsoft.Extensions.Configuration;
using NCrontab;

namespace AuditFunctions.Hosting;

/// <summary>The setting <c>ScheduleCron</c>: at which instants the scheduler ticks, in UTC.</summary>
public static class TickCron
{
    /// <summary>Its name.</summary>
    public const string Setting = "ScheduleCron";

    /// <summary>Every 30 seconds.</summary>
    public const string Default = "*/30 * * * * *";

    /// <summary>Reads an expression with five or six fields; null when it is not one.</summary>
    public static CrontabSchedule? Parse(string cron) => CrontabSchedule.TryParse(
        cron,
        new CrontabSchedule.ParseOptions { IncludingSeconds = cron.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 6 });

    /// <summary>The longest pause between two ticks in the days that follow.</summary>
    public static TimeSpan LongestPause(CrontabSchedule cron, DateTimeOffset now)
    {
        var longest = TimeSpan.Zero;
        var before = now.UtcDateTime;
        foreach (var tick in cron.GetNextOccurrences(before, before.AddDays(8)).Take(200))
        {
            longest = tick - before > longest ? tick - before : longest;
            before = tick;
        }

        return longest;
    }

    /// <summary>How often a host of these settings ticks; as usual where its expression cannot be read, which stops its start.</summary>
    internal static TickPace PaceOf(IConfiguration configuration, DateTimeOffset now) =>
        new(Parse(configuration[Setting] ?? Default) is { } cron && LongestPause(cron, now) is var longest && longest > TickPace.Usual
            ? longest
            : TickPace.Usual);

    /// <summary>What is wrong with the setting where it has no default: a trigger without it never fires, and nobody says so.</summary>
    public static string? ProblemOf(string? cron) =>
        string.IsNullOrWhiteSpace(cron) ? $"The setting {Setting} is missing: nothing would ever be polled. Give '{Default}'."
        : Parse(cron) is null ? $"The setting {Setting} is '{cron}', no cron expression; use one such as '{Default}'."
        : null;
}
