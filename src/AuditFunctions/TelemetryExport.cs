using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuditFunctions;

/// <summary>
/// Sends metrics, traces and logs to Application Insights and by OTLP, where settings name them. What it is made of stands beside this file and is
/// compiled where its packages are: in the published flavour.
/// </summary>
internal static partial class TelemetryExport
{
    /// <summary>Registers it.</summary>
    public static IServiceCollection AddTelemetryExport(this IServiceCollection services, IConfiguration configuration)
    {
        Register(services, configuration);
        return services;
    }

    static partial void Register(IServiceCollection services, IConfiguration configuration);
}
