using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace AuditFunctions.Tests.Support;

/// <summary>Connections of the product that wait as long as the machine needs: their time-out runs by the real clock, and a busy machine can stall for longer.</summary>
internal static class PatientConnections
{
    public static IServiceCollection AddPatientConnections(this IServiceCollection services)
    {
        foreach (var client in new[] { VendorNetworks.ClientName, DestinationClient.ClientName })
        {
            services.AddHttpClient(client).ConfigurePrimaryHttpMessageHandler((handler, _) => ((SocketsHttpHandler)handler).ConnectTimeout = TimeSpan.FromMinutes(10));
        }

        return services;
    }
}
