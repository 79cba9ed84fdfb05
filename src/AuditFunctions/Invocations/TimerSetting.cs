using AuditFunctions.Hosting;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Invocations;

/// <summary>
/// The timer trigger's setting. The Functions host reads it; without it the host leaves the trigger out, and nothing is ever polled.
/// </summary>
internal sealed class TimerSetting
{
    /// <summary>The cron expression.</summary>
    public string? Cron { get; set; }
}

/// <summary>Checks it, so that the app does not start without.</summary>
internal sealed class TimerSettingRules : IValidateOptions<TimerSetting>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TimerSetting options) =>
        TickCron.ProblemOf(options.Cron) is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;
}
