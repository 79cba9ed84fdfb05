using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

public sealed class TimerTriggerAttribute(string schedule) : TriggerBindingAttribute
{
    /// <summary>A six-field cron expression, a time span, or the name of an app setting between percent signs.</summary>
    public string Schedule { get; } = schedule;

    /// <summary>Whether the host remembers occurrences across restarts; on unless said otherwise.</summary>
    public bool UseMonitor { get; set; } = true;

    public bool RunOnStartup { get; set; }
}
