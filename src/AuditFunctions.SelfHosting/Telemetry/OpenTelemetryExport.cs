using AuditFunctions.Pipeline.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AuditFunctions.SelfHosting.Telemetry;

/// <summary>
/// Sends metrics, traces and logs by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. The other <c>OTEL_*</c> settings mean what the OpenTelemetry
/// specification says (https://opentelemetry.io/docs/specs/otel/protocol/exporter/, read 2026-11-21). Disposing it sends what is left.
/// </summary>
public sealed class OpenTelemetryExport : IDisposable
{
    /// <summary>The setting that turns it on.</summary>
    public const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // Log records carry their stable event id only with this.
    private const string EventIdSetting = "OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EVENT_LOG_ATTRIBUTES";

    private readonly MeterProvider _metrics;
    private readonly TracerProvider _traces;

    private OpenTelemetryExport(IConfiguration settings)
    {
        _metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(settings))
            .ConfigureResource(Describe)
            .AddMeter(PipelineMetrics.MeterName)
            .AddOtlpExporter()
            .Build();
        _traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(settings))
            .ConfigureResource(Describe)
            .AddSource(PipelineTraces.SourceName)
            .AddOtlpExporter()
            .Build();
    }

    /// <summary>Begins to listen; null when the setting is absent.</summary>
    public static OpenTelemetryExport? Start(IConfiguration settings) => IsWanted(settings) ? new OpenTelemetryExport(settings) : null;

    /// <summary>Sends logs as well, when the setting is there.</summary>
    public static void AddLogs(ILoggingBuilder logging, IConfiguration settings)
    {
        if (!IsWanted(settings))
        {
            return;
        }

        var withIds = new ConfigurationBuilder().AddConfiguration(settings).AddInMemoryCollection([new(EventIdSetting, "true")]).Build();
        logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeFormattedMessage = true;
            var resource = ResourceBuilder.CreateDefault();
            Describe(resource);
            logs.SetResourceBuilder(resource);
            logs.AddOtlpExporter();
        });
        logging.Services.AddSingleton<IConfiguration>(withIds);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }

    private static bool IsWanted(IConfiguration settings) => !string.IsNullOrWhiteSpace(settings[EndpointSetting]);

    // OTEL_SERVICE_NAME comes before this.
    private static void Describe(ResourceBuilder resource) =>
        resource.Clear().AddService("auditfunctions", serviceVersion: typeof(OpenTelemetryExport).Assembly.GetName().Version?.ToString(3)).AddEnvironmentVariableDetector();
}
