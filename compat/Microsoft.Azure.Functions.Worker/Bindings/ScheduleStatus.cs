namespace Microsoft.Azure.Functions.Worker;

/// <summary>The occurrences of a timer before and after this one.</summary>
public class ScheduleStatus
{
    public DateTime Last { get; set; }

    public DateTime Next { get; set; }

    public DateTime LastUpdated { get; set; }
}
