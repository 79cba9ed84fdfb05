using System.Globalization;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Hosting.Secrets;
using AuditFunctions.Http.Network;
using AuditFunctions.Http.Tokens;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Health;
using AuditFunctions.Pipeline.Scheduling;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Bodies;
using AuditFunctions.Pipeline.Storage.Bookkeeping;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Pipeline.Storage.Deliveries;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Pipeline.Storage.Tokens;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Auth;
using AuditFunctions.Sources.Catalogs;
using AuditFunctions.Sources.Templates;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Hosting;

/// <summary>Registers the pipeline. Every host calls the same: the function app, <c>auditfn</c>, tests.</summary>
public static class PipelineServices
{
    /// <summary>The app setting that holds the storage connection string, or below which its parts stand.</summary>
    public const string StorageSetting = "AzureWebJobsStorage";

    /// <summary>What all three steps stand on: storage, secrets, definitions, the clock.</summary>
    public static IServiceCollection AddPipeline(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Random>(_ => new LockedRandom());
        services.AddSingleton<IValidateOptions<StorageOptions>>(_ => new NamedSettings<StorageOptions>("Storage", new StorageOptionsRules()));
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>();
        services.AddOptions<StorageOptions>().Configure(options => BindStorage(options, configuration)).ValidateOnStart();
        services.AddChecked<SecretOptions, SecretOptionsValidator>("Secrets");
        services.AddSingleton<IValidateOptions<SecretOptions>, SecretOptionsRules>();
        services.AddMetrics();
        services.AddSingleton<PipelineMetrics>();
        services.AddSingleton(provider => new ClockTolerance(provider.GetRequiredService<IOptions<SchedulingOptions>>().Value.MaxClockDifference));
        services.AddSingleton<StorageClock>();
        services.AddSingleton(provider => TickCron.PaceOf(configuration, provider.GetRequiredService<TimeProvider>().GetUtcNow()));
        services.AddChecked<MessageOptions, MessageOptionsRules>("Messages");
        services.AddSingleton<InstallationKeys>();
        services.AddSingleton<MessageSeal>();
        services.AddSingleton<StorageAccount>();
        services.AddSingleton<StorageSetup>();
        SourceCatalogs.Load();
        services.AddSingleton<TemplateCatalog>();
        services.AddSingleton<DefinitionCache>();
        services.AddSingleton<CheckpointStore>();
        services.AddSingleton<SeenStore>();
        services.AddSingleton<BodyStore>();
        services.AddSingleton<DeadLetterStore>();
        services.AddSingleton<Ledger>();
        services.AddSingleton<DestinationRecords>();
        services.AddSingleton<DestinationBacklog>();
        services.AddSingleton(provider => new BacklogLimit(provider.GetRequiredService<IOptions<SchedulingOptions>>().Value.MaxBacklog));
        services.AddSingleton<Backpressure>();
        services.AddSingleton(provider => SecretReaderOf(provider, configuration));
        services.AddSingleton<ISecretStore, SecretCache>();
        services.TryAddSingleton(EntraCredentialsOf(configuration));
        services.AddSingleton<EntraTokens>();
        return services;
    }

    /// <summary>The first step: which sources are due.</summary>
    public static IServiceCollection AddScheduling(this IServiceCollection services)
    {
        services.AddChecked<SchedulingOptions, SchedulingOptionsValidator>("Scheduling");
        services.AddSingleton<TickRow>();
        services.AddSingleton<TickReader>();
        services.AddSingleton<FetchRequests>();
        services.AddSingleton<DeliverySweep>();
        services.AddSingleton<StateSweep>();
        services.AddSingleton<Housekeeping>();
        services.AddSingleton<StateWatch>();
        services.AddSingleton<TickGauges>();
        services.AddSingleton<TickReport>();
        services.AddSingleton<ScheduleHandler>();
        return services;
    }

    /// <summary>The second step: pages to batches.</summary>
    public static IServiceCollection AddFetching(this IServiceCollection services)
    {
        services.AddChecked<FetchingOptions, FetchingOptionsValidator>("Fetching");
        services.AddSingleton<IValidateOptions<FetchingOptions>, FetchingOptionsRules>();
        services.AddSingleton(provider => new AddressRules(PrivateHosts.Parse(provider.GetRequiredService<IOptions<FetchingOptions>>().Value.PrivateHosts), "Fetching__PrivateHosts"));
        services.AddOutgoingClient(VendorNetworks.ClientName, provider => OutgoingHandler.Create(provider.GetRequiredService<AddressRules>()));
        services.AddSingleton<VendorNetworks>();
        services.AddSingleton<IKeptTokens, KeptTokens>();
        services.AddSingleton<TokenCache>();
        services.AddSingleton(PageMemoryOf);
        services.AddSingleton<VendorClient>();
        return services.AddFetchHandler();
    }

    /// <summary>The third step: batches to destinations.</summary>
    public static IServiceCollection AddShipping(this IServiceCollection services)
    {
        services.AddChecked<ShippingOptions, ShippingOptionsValidator>("Shipping");
        services.AddSingleton<IValidateOptions<ShippingOptions>, ShippingOptionsRules>();
        services.AddOutgoingClient(DestinationClient.ClientName, _ => OutgoingHandler.Create(addresses: null));
        return services.AddShippingParts();
    }

    /// <summary>Options of a section, checked at start; an unknown key fails, and what is wrong is said in the words of the settings.</summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The section.</param>
    public static IServiceCollection AddChecked<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>, new()
    {
        services.AddSingleton<IValidateOptions<TOptions>>(_ => new NamedSettings<TOptions>(section, new TValidator()));
        services.AddOptions<TOptions>().BindConfiguration(section, binder => binder.ErrorOnUnknownConfiguration = true).ValidateOnStart();
        return services;
    }

    // The factory's own logs would show addresses.
    private static void AddOutgoingClient(this IServiceCollection services, string name, Func<IServiceProvider, HttpMessageHandler> handler) =>
        services.AddHttpClient(name)
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(handler)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();

    private static PageMemory PageMemoryOf(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<FetchingOptions>>().Value;
        var bytes = options.PageMemoryMegabytes == 0
            ? PageMemory.DefaultOf(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
            : (long)options.PageMemoryMegabytes << 20;
        return new PageMemory(bytes, options.MaxPageEvents);
    }

    private static OptionsValidationException WrongStorage(string problem) => new("Storage", typeof(StorageOptions), [problem]);

    private static void BindStorage(StorageOptions options, IConfiguration configuration)
    {
        var section = configuration.GetSection(StorageSetting);
        options.ConnectionString = section.Value;
        options.AccountName = section["accountName"];
        options.BlobServiceUri = UriOf(section, "blobServiceUri");
        options.QueueServiceUri = UriOf(section, "queueServiceUri");
        options.TableServiceUri = UriOf(section, "tableServiceUri");
        options.ClientId = section["clientId"];
        foreach (var setting in configuration.GetSection("Storage").GetChildren())
        {
            switch (setting.Key.ToUpperInvariant())
            {
                case "PREFIX":
                    options.Prefix = setting.Value ?? "";
                    break;
                case "REQUESTTIMEOUT":
                    options.RequestTimeout = TimeSpan.TryParse(setting.Value, CultureInfo.InvariantCulture, out var timeout)
                        ? timeout
                        : throw WrongStorage("The setting Storage__RequestTimeout is no time span; allowed: 00:00:01 to 00:05:00.");
                    break;
                default:
                    throw WrongStorage($"The setting Storage__{setting.Key} is unknown; known: Storage__Prefix, Storage__RequestTimeout.");
            }
        }
    }

    private static Uri? UriOf(IConfigurationSection section, string key) => section[key] switch
    {
        null => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var uri) => uri,
        _ => throw new OptionsValidationException("Storage", typeof(StorageOptions), [$"The setting {StorageSetting}__{key} is no absolute URL."]),
    };

    private static ISecretReader SecretReaderOf(IServiceProvider provider, IConfiguration configuration)
    {
        var vault = provider.GetRequiredService<IOptions<SecretOptions>>().Value.VaultUri;
        if (vault is null)
        {
            return new SettingsSecretReader(configuration);
        }

        var identity = new DefaultAzureCredentialOptions { ManagedIdentityClientId = configuration[$"{StorageSetting}:clientId"] };
        return new KeyVaultSecretReader(new SecretClient(vault, new DefaultAzureCredential(identity)));
    }

    // The app's own identity where a row names none: the one that storage and vault are reached with.
    private static EntraCredentials EntraCredentialsOf(IConfiguration configuration) => clientId =>
    {
        var identity = new DefaultAzureCredentialOptions { ManagedIdentityClientId = clientId ?? configuration[$"{StorageSetting}:clientId"] };
        if (clientId is not null)
        {
            identity.WorkloadIdentityClientId = clientId;
        }

        return new DefaultAzureCredential(identity);
    };
}
