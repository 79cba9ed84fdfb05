using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations.Lines;
using AuditFunctions.Http.Tokens;
using Confluent.Kafka;

namespace AuditFunctions.Destinations.Kafka;

/// <summary>A topic of Apache Kafka, or of a service that speaks its protocol.</summary>
internal sealed class KafkaDestination : IDestinationType
{
    /// <summary>The column of the password.</summary>
    public const string Password = "password";

    // Where a key, headers and an envelope have their room in a message.
    private const int FrameBytes = 2_048;
    private const int MostTopic = 249;
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(15);

    private static readonly Dictionary<string, (KafkaAuth Auth, string[] Needs)> Auths = new(StringComparer.Ordinal)
    {
        ["plain"] = (KafkaAuth.Plain, ["username", Password]),
        ["scram-sha-256"] = (KafkaAuth.Scram256, ["username", Password]),
        ["scram-sha-512"] = (KafkaAuth.Scram512, ["username", Password]),
        ["entra"] = (KafkaAuth.Entra, []),
        ["none"] = (KafkaAuth.None, []),
    };

    private static readonly Dictionary<string, string[]> Needs = Auths.ToDictionary(auth => auth.Key, auth => auth.Value.Needs, StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => "kafka";

    /// <inheritdoc/>
    public string Title => "Apache Kafka and what speaks its protocol: a message for each event.";

    /// <inheritdoc/>
    public string Proof => "An acknowledgement of each message by all in-sync replicas.";

    /// <inheritdoc/>
    public IReadOnlyList<RowParameter> Columns { get; } =
    [
        DestinationColumn.Required("servers", "Brokers to start from, host:port each, with commas between.", "broker1.example.com:9093,broker2.example.com:9093"),
        DestinationColumn.Required("topic", "Topic; it is not created.", "audit"),
        DestinationColumn.Choice("auth", "How the producer proves who we are; entra: by the app's identity, to Event Hubs; none: not, or by its certificate.", [.. Auths.Keys]),
        DestinationColumn.Text("username", "auth plain, scram-sha-256, scram-sha-512: the user name."),
        DestinationColumn.Secret(Password, "auth plain, scram-sha-256, scram-sha-512: the password."),
        EntraColumns.ClientId with { Description = "auth entra: client id of the user-assigned identity that sends; without it the app's own identity." },
        DestinationColumn.Flag("tls", "Whether connections are protected; without it no auth but none, except on this machine.", fallback: true),
        .. NetworkColumns.OfTls,
        DestinationColumn.Choice("key", "Key of each message: none; source: all of a source in one partition; id: the event's id.", "none", "source", "id"),
        DestinationColumn.Choice("message", "Value of each message: json: the event; envelope: with its source, partition, id and time.", "json", "envelope"),
        DestinationColumn.Choice("compression", "How messages are compressed; Event Hubs takes gzip and none.", "lz4", "zstd", "gzip", "snappy", "none"),
        DestinationColumn.Duration("deliveryTimeout", "How long the producer tries to deliver a message, 1s to 15m; shorter than the setting Shipping__SendTimeout.", "30s"),
        DestinationColumn.Number("maxMessageBytes", "Longest message with its key and headers, in bytes, 10,000 to 10,000,000. The topic must take as much.", 1_000_000),
        DestinationColumn.Number("maxBodyBytes", "Largest body, in bytes, 10,000 to 20,000,000.", 1_000_000),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> UsualColumns => ["username", Password];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, FrameLayout> Framings => LinesFormat.Framings;

    /// <inheritdoc/>
    public DestinationDefinition Define(string name, BoundParameters columns, Problems problems)
    {
        var servers = KafkaServers.Read(columns["servers"]!, problems);
        var topic = columns["topic"]!;
        if (topic.Length > MostTopic || topic is "." or ".." || !topic.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            problems.Add("topic", $"is no topic: up to {MostTopic} letters, digits, '-', '_' and '.'.");
        }

        columns.CheckAuth(Needs, problems);
        var auth = Auths[columns["auth"]!].Auth;
        CheckTls(columns, auth, servers, problems);
        CheckEntra(columns, auth, servers, problems);
        if (!Durations.TryParse(columns["deliveryTimeout"]!, out var timeout) || timeout < ShortestTimeout || timeout > LongestTimeout)
        {
            problems.Add("deliveryTimeout", "is out of range; allowed: 1s to 15m.");
        }

        var maxMessageBytes = columns.Number("maxMessageBytes", 10_000, 10_000_000, problems);
        var maxBodyBytes = columns.Number("maxBodyBytes", 10_000, 20_000_000, problems);
        var settings = new KafkaSettings
        {
            Servers = string.Join(',', servers.Select(server => server.Authority)),
            Topic = topic,
            Auth = auth,
            Username = columns["username"],
            HasTls = columns.IsTrue("tls"),
            Key = columns["key"] switch
            {
                "source" => KafkaKey.Source,
                "id" => KafkaKey.Id,
                _ => KafkaKey.None,
            },
            HasEnvelope = columns["message"] == "envelope",
            Compression = Enum.Parse<CompressionType>(columns["compression"]!, ignoreCase: true),
            DeliveryTimeout = timeout,
            MaxMessageBytes = maxMessageBytes,
        };
        return new DestinationDefinition
        {
            Name = name,
            Type = Name,
            Address = $"{settings.Servers}/{topic}",
            Peers = servers,
            Format = new LinesFormat(maxBodyBytes, maxMessageBytes - FrameBytes, maxEvents: 10_000),
            CreateSender = _ => new KafkaSender(settings, maxBodyBytes),
            Secrets = columns.Secrets,
            Token = auth == KafkaAuth.Entra && servers.Count > 0 ? new EntraToken($"https://{servers[0].Host}/.default", columns[EntraColumns.ClientId.Name]) : null,
        };
    }

    private static void CheckTls(BoundParameters columns, KafkaAuth auth, IReadOnlyList<Uri> servers, Problems problems)
    {
        if (columns.IsTrue("tls"))
        {
            return;
        }

        if (auth != KafkaAuth.None && !servers.All(server => server.IsLoopback))
        {
            problems.Add("tls", $"is false: auth '{columns["auth"]}' would show who we are to everybody on the way.");
        }

        foreach (var column in NetworkColumns.OfTls.Select(column => column.Name).Where(columns.Secrets.ContainsKey))
        {
            problems.Add(column, "is not used without tls; remove it.");
        }
    }

    private static void CheckEntra(BoundParameters columns, KafkaAuth auth, IReadOnlyList<Uri> servers, Problems problems)
    {
        EntraColumns.CheckClientId(columns, problems);
        if (auth != KafkaAuth.Entra)
        {
            if (columns[EntraColumns.ClientId.Name] is not null)
            {
                problems.Add(EntraColumns.ClientId.Name, $"is not used by auth '{columns["auth"]}'; remove it or choose another auth.");
            }

            return;
        }

        // A token must never be sent anywhere else than to a cloud's own hosts.
        if (servers.Count != 1 || !CloudHosts.IsOf(servers[0], EntraColumns.ServiceBusHosts))
        {
            problems.Add("servers", $"is no address of Azure Event Hubs, which auth 'entra' needs: one namespace's host that ends in {string.Join(" or ", EntraColumns.ServiceBusHosts)}, with port 9093.");
        }

        if (columns["compression"] is not ("gzip" or "none"))
        {
            problems.Add("compression", $"is '{columns["compression"]}'; Event Hubs takes gzip and none.");
        }
    }
}
