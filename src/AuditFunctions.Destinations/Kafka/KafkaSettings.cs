using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Http.Network;
using Confluent.Kafka;

namespace AuditFunctions.Destinations.Kafka;

/// <summary>How a producer proves who we are.</summary>
internal enum KafkaAuth
{
    /// <summary>Not at all, or by its certificate.</summary>
    None,

    /// <summary>SASL PLAIN.</summary>
    Plain,

    /// <summary>SASL SCRAM-SHA-256.</summary>
    Scram256,

    /// <summary>SASL SCRAM-SHA-512.</summary>
    Scram512,

    /// <summary>SASL OAUTHBEARER with a token of the app's identity.</summary>
    Entra,
}

/// <summary>What a message's key is; messages with one key are in one partition of the topic.</summary>
internal enum KafkaKey
{
    /// <summary>There is none: messages are spread over all partitions.</summary>
    None,

    /// <summary>The source.</summary>
    Source,

    /// <summary>The event's id.</summary>
    Id,
}

/// <summary>A topic, and how messages get there. Immutable.</summary>
internal sealed record KafkaSettings
{
    /// <summary>Most memory of messages that wait in a producer, in bytes.</summary>
    public const int QueueBytes = 64 << 20;

    // The longest that a batch of a topic with its defaults may be is 1,048,588 bytes.
    private const int MostBatchBytes = 1_000_000;

    private const int MostRequestMilliseconds = 60_000;

    // Azure's load balancers forget a connection that was idle for 4 minutes.
    private const int IdleMilliseconds = 180_000;

    /// <summary>Brokers to start from, with commas between.</summary>
    public required string Servers { get; init; }

    /// <summary>The topic.</summary>
    public required string Topic { get; init; }

    /// <summary>How we prove who we are.</summary>
    public required KafkaAuth Auth { get; init; }

    /// <summary>The user, with PLAIN and SCRAM.</summary>
    public string? Username { get; init; }

    /// <summary>Whether connections are protected by TLS.</summary>
    public required bool HasTls { get; init; }

    /// <summary>What a message's key is.</summary>
    public required KafkaKey Key { get; init; }

    /// <summary>Whether a message holds the event's envelope too.</summary>
    public required bool HasEnvelope { get; init; }

    /// <summary>How messages are compressed.</summary>
    public required CompressionType Compression { get; init; }

    /// <summary>How long the producer tries to deliver a message.</summary>
    public required TimeSpan DeliveryTimeout { get; init; }

    /// <summary>Longest message with its key and headers, in bytes.</summary>
    public required int MaxMessageBytes { get; init; }

    /// <summary>The settings of a producer.</summary>
    /// <param name="secrets">The destination's secrets.</param>
    /// <param name="alone">Whether each message is a request's only one: then what is said of it is said of no other.</param>
    /// <exception cref="CryptographicException">A secret is not in PEM.</exception>
    public ProducerConfig Of(IReadOnlyDictionary<string, SecretText> secrets, bool alone)
    {
        var timeout = (int)DeliveryTimeout.TotalMilliseconds;
        var config = new ProducerConfig
        {
            BootstrapServers = Servers,
            ClientId = "auditfunctions",
            SecurityProtocol = (HasTls, Auth) switch
            {
                (true, KafkaAuth.None) => SecurityProtocol.Ssl,
                (true, _) => SecurityProtocol.SaslSsl,
                (false, KafkaAuth.None) => SecurityProtocol.Plaintext,
                _ => SecurityProtocol.SaslPlaintext,
            },
            EnableIdempotence = true,
            Acks = Acks.All,
            MessageTimeoutMs = timeout,
            RequestTimeoutMs = Math.Min(timeout, MostRequestMilliseconds),
            SocketTimeoutMs = Math.Min(timeout, MostRequestMilliseconds),
            SocketConnectionSetupTimeoutMs = Math.Max(timeout, 1_000),
            MessageMaxBytes = MaxMessageBytes,
            BatchSize = Math.Min(MaxMessageBytes, MostBatchBytes),
            CompressionType = Compression,

            // As Java's producers do: the same key is in the same partition, whoever sends it.
            Partitioner = Partitioner.Murmur2Random,
            QueueBufferingMaxKbytes = QueueBytes >> 10,
            QueueBufferingMaxMessages = 500_000,
            ConnectionsMaxIdleMs = IdleMilliseconds,
            MetadataMaxAgeMs = IdleMilliseconds,
            SocketKeepaliveEnable = true,
            TopicMetadataPropagationMaxMs = Math.Min(5_000, timeout / 2),
            EnableMetricsPush = false,
            LogConnectionClose = false,
            DeliveryReportFields = "status",
        };

        // A topic that a typing error makes would take the events, and nobody would miss them.
        config.Set("allow.auto.create.topics", "false");
        if (alone)
        {
            config.BatchNumMessages = 1;
        }

        if (Auth is KafkaAuth.Plain or KafkaAuth.Scram256 or KafkaAuth.Scram512)
        {
            config.SaslUsername = Username;
            config.SaslPassword = secrets[KafkaDestination.Password].Reveal();
        }

        config.SaslMechanism = Auth switch
        {
            KafkaAuth.Plain => SaslMechanism.Plain,
            KafkaAuth.Scram256 => SaslMechanism.ScramSha256,
            KafkaAuth.Scram512 => SaslMechanism.ScramSha512,
            KafkaAuth.Entra => SaslMechanism.OAuthBearer,
            _ => null,
        };
        SetCertificates(config, secrets.GetValueOrDefault(NetworkColumns.Authorities), secrets.GetValueOrDefault(NetworkColumns.Certificate));
        return config;
    }

    private static void SetCertificates(ProducerConfig config, SecretText? authorities, SecretText? certificate)
    {
        // Only to say which secret is wrong: the library takes the same text.
        var owned = new List<X509Certificate2>();
        try
        {
            TlsOptions.Of(serverName: null, authorities, certificate, owned);
        }
        finally
        {
            owned.ForEach(one => one.Dispose());
        }

        config.SslCaPem = authorities?.Reveal();
        config.SslCertificatePem = certificate?.Reveal();
        config.SslKeyPem = certificate?.Reveal();
    }
}
