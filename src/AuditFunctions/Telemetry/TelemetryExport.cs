using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Telemetry;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace AuditFunctions.Telemetry;

/// <summary>Sends metrics, traces and logs to Application Insights and by OTLP, where settings name them.</summary>
internal static class TelemetryExport
{
    // Log records carry their stable event id by OTLP only with this.
    private const string EventIdSetting = "OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EVENT_LOG_ATTRIBUTES";

    /// <summary>Registers it; without such a setting nothing.</summary>
    public static IServiceCollection AddTelemetryExport(this IServiceCollection services, IConfigurationManager configuration)
    {
        services.AddChecked<TelemetryOptions, TelemetryOptionsValidator>("Telemetry");
        var insights = configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"];
        var otlp = configuration["OTEL_EXPORTER_OTLP_ENDPOINT"];
        if (string.IsNullOrWhiteSpace(insights) && string.IsNullOrWhiteSpace(otlp))
        {
            return services;
        }

        configuration.AddInMemoryCollection([new(EventIdSetting, "true")]);
        var ratio = configuration.GetValue("Telemetry:TraceRatio", 1.0);
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddDetector(new FunctionsResourceDetector()))
            .WithMetrics(metrics => metrics.AddMeter(PipelineMetrics.MeterName))
            .WithTracing(traces => traces
                .AddSource(PipelineTraces.SourceName)
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(ratio))))
            .WithLogging(null, logs => logs.IncludeFormattedMessage = true);

        // The host leaves our logs to us. The worker's own spans, one for each tick and poll however idle, are not asked for: ours say
        // the same.
        services.Configure<WorkerOptions>(worker => worker.Capabilities["WorkerOpenTelemetryEnabled"] = bool.TrueString);
        if (!string.IsNullOrWhiteSpace(insights))
        {
            telemetry.UseAzureMonitorExporter(exporter =>
            {
                exporter.ConnectionString = insights;
                if (CredentialOf(configuration["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"]) is { } credential)
                {
                    exporter.Credential = credential;
                }

                // Else the logs of a trace that is not kept are dropped with it, errors and what alerts hang on too.
                exporter.EnableTraceBasedLogsSampler = false;
                exporter.TracesPerSecond = null;
                exporter.SamplingRatio = (float)ratio;
            });
        }

        if (!string.IsNullOrWhiteSpace(otlp))
        {
            telemetry.UseOtlpExporter();
        }

        return services;
    }

    // 'ClientId=…;Authorization=AAD', as the Functions host reads it; without it the connection string's key is what is trusted.
    private static DefaultAzureCredential? CredentialOf(string? authentication)
    {
        var parts = (authentication ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2))
            .Where(part => part.Length == 2)
            .ToDictionary(part => part[0], part => part[1], StringComparer.OrdinalIgnoreCase);
        return string.Equals(parts.GetValueOrDefault("Authorization"), "AAD", StringComparison.OrdinalIgnoreCase)
            ? new DefaultAzureCredential(new DefaultAzureCredentialOptions
            {
                ManagedIdentityClientId = parts.GetValueOrDefault("ClientId"),
            })
            : null;
    }
}
