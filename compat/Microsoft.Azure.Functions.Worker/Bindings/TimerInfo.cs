namespace Microsoft.Azure.Functions.Worker;

/// <summary>What the host hands to a function that a timer started.</summary>
public class TimerInfo
{
    /// <summary>Null where the schedule is not monitored.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>Whether the timer fired later than scheduled.</summary>
    public bool IsPastDue { get; set; }
}
