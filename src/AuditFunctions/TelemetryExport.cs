using System.Globalization;
using AuditFunctions.Pipeline.Telemetry;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;

namespace AuditFunctions;

/// <summary>Sends metrics, traces and logs to Application Insights and by OTLP, where settings name them.</summary>
internal static class TelemetryExport
{
    /// <summary>Registers it; without such a setting nothing.</summary>
    public static IServiceCollection AddTelemetryExport(this IServiceCollection services, IConfiguration configuration)
    {
        var insights = configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"];
        var otlp = configuration["OTEL_EXPORTER_OTLP_ENDPOINT"];
        if (string.IsNullOrWhiteSpace(insights) && string.IsNullOrWhiteSpace(otlp))
        {
            return services;
        }

        var telemetry = services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddMeter(PipelineMetrics.MeterName))
            .WithTracing(traces => traces.AddSource(PipelineTraces.SourceName));
        telemetry.UseFunctionsWorkerDefaults();
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
                if (float.TryParse(configuration["OTEL_TRACES_SAMPLER_ARG"], CultureInfo.InvariantCulture, out var share))
                {
                    exporter.TracesPerSecond = null;
                    exporter.SamplingRatio = share;
                }
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
            ? new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = parts.GetValueOrDefault("ClientId") })
            : null;
    }
}
