using AuditFunctions.Pipeline.Storage.Queues;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Storage.Account;

/// <summary>The tables, queues and containers of an installation. Thread safe.</summary>
public sealed class StorageAccount
{
    private readonly MessageSeal? _seal;

    /// <summary>Connects to an account; no request is made yet.</summary>
    /// <param name="options">Which account.</param>
    /// <param name="clock">Hears what time the account's answers say; null when nobody asks.</param>
    /// <param name="seal">Signs messages; null where none is sent.</param>
    public StorageAccount(IOptions<StorageOptions> options, StorageClock? clock = null, MessageSeal? seal = null)
    {
        _seal = seal;
        var settings = options.Value;
        var prefix = settings.Prefix;
        var dashed = prefix.Length > 0 ? prefix + "-" : "";
        var tableOptions = StorageRetries.Set(new TableClientOptions(), settings.RequestTimeout ?? StorageRetries.SmallRequest, settings.FirstRetryDelay);
        var queueOptions = StorageRetries.Set(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None }, settings.RequestTimeout ?? StorageRetries.SmallRequest, settings.FirstRetryDelay);
        var blobOptions = StorageRetries.Set(new BlobClientOptions(), settings.RequestTimeout ?? StorageRetries.BodyRequest, settings.FirstRetryDelay);
        clock?.Follow(tableOptions);
        clock?.Follow(queueOptions);
        clock?.Follow(blobOptions);
        Func<string, TableClient> table;
        Func<string, QueueClient> queue;
        Func<string, BlobContainerClient> container;
        if (!string.IsNullOrWhiteSpace(settings.ConnectionString))
        {
            var connection = settings.ConnectionString;
            table = name => new TableClient(connection, name, tableOptions);
            queue = name => new QueueClient(connection, name, queueOptions);
            container = name => new BlobContainerClient(connection, name, blobOptions);
        }
        else
        {
            TokenCredential credential = new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = settings.ClientId });
            var tables = settings.TableServiceUri ?? Public(settings, "table");
            var queues = settings.QueueServiceUri ?? Public(settings, "queue");
            var blobs = settings.BlobServiceUri ?? Public(settings, "blob");
            table = name => new TableClient(tables, name, credential, tableOptions);
            queue = name => new QueueClient(new Uri(Slash(queues), name), credential, queueOptions);
            container = name => new BlobContainerClient(new Uri(Slash(blobs), name), credential, blobOptions);
        }

        Sources = table(prefix + "Sources");
        Destinations = table(prefix + "Destinations");
        Templates = table(prefix + "Templates");
        Checkpoints = table(prefix + "Checkpoints");
        Ledger = table(prefix + "Ledger");
        SubjectKeys = table(prefix + "SubjectKeys");
        FetchQueue = queue(dashed + "fetch");
        ShipQueue = queue(dashed + "ship");
        Poisons =
        [
            new PoisonQueue("fetch-poison", queue(dashed + "fetch-poison"), FetchQueue),
            new PoisonQueue("ship-poison", queue(dashed + "ship-poison"), ShipQueue),
        ];
        Batches = container(dashed + "batches");
        DeadLetters = container(dashed + "deadletter");
        Seen = container(dashed + "seen");
        Lookups = container(dashed + "lookups");
    }

    /// <summary>The account's name.</summary>
    public string Name => Sources.AccountName;

    /// <summary>Host and port of the account, as messages name it.</summary>
    public string Host => TableService.Authority;

    /// <summary>Address of the tables.</summary>
    public Uri TableService => Sources.Uri;

    /// <summary>Address of the queues.</summary>
    public Uri QueueService => FetchQueue.Uri;

    /// <summary>Address of the containers.</summary>
    public Uri BlobService => Batches.Uri;

    /// <summary>Source rows.</summary>
    public TableClient Sources { get; }

    /// <summary>Destination rows.</summary>
    public TableClient Destinations { get; }

    /// <summary>Templates of the installation's own.</summary>
    public TableClient Templates { get; }

    /// <summary>A row per partition: its progress and status.</summary>
    public TableClient Checkpoints { get; }

    /// <summary>A row per delivered batch.</summary>
    public TableClient Ledger { get; }

    /// <summary>Data keys of subjects. Made where it is deployed, or with the first key.</summary>
    public TableClient SubjectKeys { get; }

    /// <summary>Messages to fetch.</summary>
    public QueueClient FetchQueue { get; }

    /// <summary>Messages to ship.</summary>
    public QueueClient ShipQueue { get; }

    /// <summary>Where the Functions host moves messages that failed too often; nobody else makes them.</summary>
    public IReadOnlyList<PoisonQueue> Poisons { get; }

    /// <summary>Bodies too large for a message.</summary>
    public BlobContainerClient Batches { get; }

    /// <summary>What could not be delivered.</summary>
    public BlobContainerClient DeadLetters { get; }

    /// <summary>Ids of events that were sent and do not fit into their checkpoint row any more.</summary>
    public BlobContainerClient Seen { get; }

    /// <summary>Files that processors look values up in. Made where it is deployed, or with the first file.</summary>
    public BlobContainerClient Lookups { get; }

    /// <summary>What sends to <see cref="FetchQueue"/> and counts what waits in it.</summary>
    public MessageQueue Fetches => new(FetchQueue, _seal);

    /// <summary>What sends to <see cref="ShipQueue"/> and counts what waits in it.</summary>
    public MessageQueue Ships => new(ShipQueue, _seal);

    /// <summary>A message of queue <c>ship</c> that a host has taken.</summary>
    public HeldMessage HoldShip(string id, string receipt, TimeSpan hidden, TimeProvider time, Action<Exception> failed) =>
        new(ShipQueue, id, receipt, hidden, time, failed);

    /// <summary>Creates what is missing.</summary>
    public Task CreateMissingAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Sources.CreateIfNotExistsAsync(cancellationToken),
        Destinations.CreateIfNotExistsAsync(cancellationToken),
        Templates.CreateIfNotExistsAsync(cancellationToken),
        Checkpoints.CreateIfNotExistsAsync(cancellationToken),
        Ledger.CreateIfNotExistsAsync(cancellationToken),
        FetchQueue.CreateIfNotExistsAsync(cancellationToken: cancellationToken),
        ShipQueue.CreateIfNotExistsAsync(cancellationToken: cancellationToken),
        Batches.CreateIfNotExistsAsync(cancellationToken: cancellationToken),
        DeadLetters.CreateIfNotExistsAsync(cancellationToken: cancellationToken),
        Seen.CreateIfNotExistsAsync(cancellationToken: cancellationToken));

    private static Uri Public(StorageOptions settings, string service) => new($"https://{settings.AccountName}.{service}.core.windows.net/");

    private static Uri Slash(Uri uri) => uri.AbsoluteUri.EndsWith('/') ? uri : new Uri(uri.AbsoluteUri + "/");
}
