using AuditFunctions.Configuration;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources.Reading;

/// <summary>What times make impossible together: polls that come too late or too early, windows that get nowhere.</summary>
internal static class TimingContradictions
{
    /// <summary>Reports every contradiction.</summary>
    public static void Check(SourceDefinition source, Problems problems)
    {
        var timing = source.Timing;
        var often = Durations.Write(timing.Interval);
        if (timing.RequestInterval > timing.Interval)
        {
            problems.Add("timing.interval", $"is {often}, shorter than limits.requestInterval, {Durations.Write(timing.RequestInterval)}: no poll would be in time.");
        }

        if (timing.RequestEvery > timing.Interval)
        {
            problems.Add("timing.interval", $"is {often}, but limits.requests allows a request every {Durations.Write(timing.RequestEvery)} only: no poll would be in time.");
        }

        if (timing.MaxWindow is { } longest && longest <= timing.Granularity)
        {
            problems.Add("timing.maxWindow", $"is {Durations.Write(longest)}, not longer than timing.granularity: no window would get on.");
        }

        if (timing.IsWithinDay && (source.Job is not null || source.Progress != ProgressKind.Window || source.Order == EventOrder.Descending))
        {
            problems.Add("timing.withinDay", "is for windows that are read day by day, oldest first: not beside 'job', 'snapshot', 'progress: cursor' or 'order: descending'.");
        }

        CheckRetention(timing, problems);
    }

    private static void CheckRetention(TimingDefinition timing, Problems problems)
    {
        if (timing.Retention is not { } kept)
        {
            return;
        }

        if (timing.Lag >= kept)
        {
            problems.Add("timing.lag", $"is {Durations.Write(timing.Lag)}, but the vendor keeps events for {Durations.Write(kept)} only: nothing would be read.");
        }
        else if (timing.Interval + timing.Lag >= kept)
        {
            var lag = timing.Lag == TimeSpan.Zero ? "" : $", behind a lag of {Durations.Write(timing.Lag)}";
            problems.Add("timing.interval", $"is {Durations.Write(timing.Interval)}{lag}, but the vendor keeps events for {Durations.Write(kept)} only: some would be gone before they are asked for.");
        }
    }
}
