using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Bodies;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Pipeline.Storage.Listings;
using AuditFunctions.Pipeline.Storage.Lookups;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Pipeline.Storage.Subjects;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Registers the parts of the second step.</summary>
public static class FetchRegistration
{
    /// <summary>Registers the handler and what it stands on. Storage, definitions, the vendor client and direct delivery are the host's.</summary>
    public static IServiceCollection AddFetchHandler(this IServiceCollection services) => services
        .AddSingleton<FetchPermits>()
        .AddSingleton<Continuations>()
        .AddSingleton<ILookupOrigin>(LookupOriginOf)
        .AddSingleton<LookupCache>()
        .AddSingleton<SubjectKeyStore>()
        .AddSingleton<SubjectKeyCache>()
        .AddSingleton(ServicesOf)
        .AddSingleton<PartitionRefresh>()
        .AddSingleton<PartitionFetch>()
        .AddSingleton(provider => new FetchHandler(
            provider.GetRequiredService<StorageAccount>(),
            provider.GetRequiredService<DefinitionCache>(),
            provider.GetRequiredService<DeadLetterStore>(),
            provider.GetRequiredService<FetchPermits>(),
            provider.GetRequiredService<PartitionFetch>(),
            provider.GetRequiredService<FetchServices>()));

    private static ILookupOrigin LookupOriginOf(IServiceProvider provider)
    {
        var blobs = new LookupBlobs(provider.GetRequiredService<StorageAccount>(), provider.GetRequiredService<TimeProvider>());
        return provider.GetRequiredService<IOptions<FetchingOptions>>().Value.LookupFolder is { Length: > 0 } folder ? new LookupOrigins(new LookupFolder(folder), blobs) : blobs;
    }

    private static FetchServices ServicesOf(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<FetchingOptions>>().Value;
        var time = provider.GetRequiredService<TimeProvider>();
        var log = provider.GetRequiredService<ILogger<FetchHandler>>();
        var metrics = provider.GetRequiredService<PipelineMetrics>();
        var deadLetters = provider.GetRequiredService<DeadLetterStore>();
        var direct = provider.GetRequiredService<IDirectDelivery>();
        var storage = provider.GetRequiredService<StorageAccount>();
        var listings = new ListingStore(storage);
        var sender = new BatchSender(storage, provider.GetRequiredService<BodyStore>(), direct);
        return new FetchServices(
            provider.GetRequiredService<CheckpointStore>(),
            provider.GetRequiredService<SeenStore>(),
            new JobPages(new PacedVendor(provider.GetRequiredService<VendorClient>(), options, time), time),
            new PagePacking(sender, provider.GetRequiredService<DestinationBacklog>(), new OversizeEvents(deadLetters, metrics, time, log), metrics, time),
            new PageQuarantine(deadLetters, metrics, time, log),
            metrics,
            options,
            time,
            provider.GetRequiredService<Random>(),
            log,
            (partition, cancellationToken) => provider.GetRequiredService<Continuations>().SendAsync(partition, cancellationToken))
        {
            Listings = listings,
            Tables = new TableWriting(new ListingRows(storage), new ListingTables(storage, time), log)
            {
                Partitions = new PartitionListings(provider.GetRequiredService<CheckpointStore>(), listings),
            },
            Processing = new PageProcessing(
                provider.GetRequiredService<ISecretStore>(), provider.GetRequiredService<LookupCache>(), provider.GetRequiredService<SubjectKeyCache>(), metrics, time, log),
            DirectLease = direct.Longest + (options.LeaseDuration > FetchHandler.CommitTime ? options.LeaseDuration : FetchHandler.CommitTime),
        };
    }
}
