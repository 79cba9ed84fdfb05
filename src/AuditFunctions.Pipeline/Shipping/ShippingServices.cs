using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations;
using AuditFunctions.Http.Tokens;
using AuditFunctions.Pipeline.Messages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>Registers the parts of shipping; who calls it has registered storage, secrets, settings and the HTTP client.</summary>
public static class ShippingServices
{
    /// <summary>Registers them.</summary>
    public static IServiceCollection AddShippingParts(this IServiceCollection services)
    {
        services.AddSingleton<Circuits>();
        services.AddSingleton(provider => new SenderServices(
            () => provider.GetRequiredService<IHttpClientFactory>().CreateClient(DestinationClient.ClientName),
            provider.GetRequiredService<EntraCredentials>(),
            provider.GetRequiredService<TimeProvider>())
        {
            FileFolder = provider.GetRequiredService<IOptions<ShippingOptions>>().Value.FileFolder,
        });
        services.AddSingleton<SenderCache>();
        services.AddSingleton(provider => new DestinationClient(
            provider.GetRequiredService<SenderCache>(),
            provider.GetRequiredService<ISecretStore>(),
            provider.GetRequiredService<EntraTokens>(),
            provider.GetRequiredService<IOptions<ShippingOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<DeadLettering>();
        services.AddSingleton<BatchStore>();
        services.AddSingleton<ShippingReports>();
        services.AddSingleton<BatchSearch>();
        services.AddSingleton<Deferral>();
        services.AddSingleton<DestinationGate>();
        services.AddSingleton<ShippingWaits>();
        services.AddSingleton<BatchDelivery>();
        services.AddSingleton(provider => new ShipHandler(
            provider.GetRequiredService<DestinationGate>(),
            provider.GetRequiredService<Circuits>(),
            provider.GetRequiredService<BatchStore>(),
            provider.GetRequiredService<BatchDelivery>(),
            provider.GetRequiredService<Deferral>(),
            provider.GetRequiredService<ShippingReports>(),
            provider.GetRequiredService<ShippingWaits>()));
        services.AddSingleton<IDirectDelivery, DirectDelivery>();
        return services;
    }
}
