using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Telemetry;

/// <summary>Settings of section <c>Telemetry</c>: only the function app. <c>auditfn run</c> takes the <c>OTEL_*</c> settings.</summary>
public sealed class TelemetryOptions
{
    /// <summary>
    /// Share of the pipeline's traces that is exported. Default 1; 0 to 1. The <c>OTEL_TRACES_SAMPLER</c> settings are the Functions
    /// host's.
    /// </summary>
    [Range(0.0, 1.0)]
    public double TraceRatio { get; set; } = 1;
}

/// <summary>Checks <see cref="TelemetryOptions"/>.</summary>
[OptionsValidator]
public sealed partial class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>;
