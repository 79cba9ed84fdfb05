using System.Globalization;
using System.Runtime.InteropServices;
using AuditFunctions.Tests.Support;
using Confluent.Kafka;

namespace AuditFunctions.Tests.Destinations;

/// <summary>The cluster that librdkafka brings for tests: real brokers on loopback that speak the protocol, and answer errors on demand.</summary>
internal sealed class KafkaMock : IDisposable
{
    /// <summary>The topic that is there.</summary>
    public const string Topic = "audit";

    /// <summary>The requests of the protocol that tests look at.</summary>
    public const short Produce = 0;

    /// <summary>A producer asks for its id.</summary>
    public const short InitProducerId = 22;

    private readonly nint _client;
    private readonly nint _cluster;
    private readonly int _partitions;

    public KafkaMock(int partitions = 1)
    {
        _partitions = partitions;
        _client = Native.rd_kafka_new(0, Native.rd_kafka_conf_new(), new byte[512], 512);
        _cluster = Native.rd_kafka_mock_cluster_new(_client, 1);
        Servers = Marshal.PtrToStringUTF8(Native.rd_kafka_mock_cluster_bootstraps(_cluster))!;
        Assert.Equal(0, Native.rd_kafka_mock_topic_create(_cluster, Topic, partitions, 1));
    }

    /// <summary>The broker's host and port.</summary>
    public string Servers { get; }

    /// <summary>The broker's port.</summary>
    public int Port => int.Parse(Servers.AsSpan(Servers.LastIndexOf(':') + 1), CultureInfo.InvariantCulture);

    /// <summary>Answers the next requests of a kind with errors, one each.</summary>
    public void Fail(short request, params ErrorCode[] errors) =>
        Native.rd_kafka_mock_push_request_errors_array(_cluster, request, (nuint)errors.Length, [.. errors.Select(error => (int)error)]);

    /// <summary>Answers requests of a kind as it should again.</summary>
    public void Heal(short request) => Native.rd_kafka_mock_clear_request_errors(_cluster, request);

    /// <summary>What metadata says of the topic.</summary>
    public void FailTopic(ErrorCode error) => Native.rd_kafka_mock_topic_set_error(_cluster, Topic, (int)error);

    /// <summary>Closes all connections and takes no new one.</summary>
    public void GoDown() => Assert.Equal(0, Native.rd_kafka_mock_broker_set_down(_cluster, 1));

    /// <summary>Takes connections again.</summary>
    public void ComeUp() => Assert.Equal(0, Native.rd_kafka_mock_broker_set_up(_cluster, 1));

    /// <summary>How long each answer takes.</summary>
    public void Delay(TimeSpan delay) => Assert.Equal(0, Native.rd_kafka_mock_broker_set_rtt(_cluster, 1, (int)delay.TotalMilliseconds));

    /// <summary>Says that the broker is elsewhere: at what stands in front of it.</summary>
    public void Advertise(int port) => Native.rd_kafka_mock_broker_set_host_port(_cluster, 1, "127.0.0.1", port);

    /// <summary>Speaks an older version of a request.</summary>
    public void Limit(short request, short newest) => Assert.Equal(0, Native.rd_kafka_mock_set_apiversion(_cluster, request, 3, newest));

    /// <summary>All messages of the topic, read past what stands in front of the broker, which is not used any more.</summary>
    public List<ConsumeResult<byte[]?, byte[]>> Read(KafkaFront front)
    {
        Assert.NotEqual(Port, front.Port);
        Advertise(Port);
        return Read();
    }

    /// <summary>All messages of the topic, read by a consumer.</summary>
    public List<ConsumeResult<byte[]?, byte[]>> Read()
    {
        var config = new ConsumerConfig { BootstrapServers = Servers, GroupId = "test", EnableAutoCommit = false, EnablePartitionEof = true };
        using var consumer = new ConsumerBuilder<byte[]?, byte[]>(config).Build();
        consumer.Assign(Enumerable.Range(0, _partitions).Select(partition => new TopicPartitionOffset(Topic, partition, Offset.Beginning)));
        var all = new List<ConsumeResult<byte[]?, byte[]>>();
        for (var ends = 0; ends < _partitions;)
        {
            var next = consumer.Consume(Stage.Deadline());
            if (next.IsPartitionEOF)
            {
                ends++;
            }
            else
            {
                all.Add(next);
            }
        }

        return all;
    }

    public void Dispose()
    {
        Native.rd_kafka_mock_cluster_destroy(_cluster);
        Native.rd_kafka_destroy(_client);
    }

    // rdkafka_mock.h of the package librdkafka.redist.
#pragma warning disable SYSLIB1054, IDE1006, CA1707 // Names of C, and no unsafe code in tests.
    private static class Native
    {
        private const string Library = "librdkafka";

        // As Confluent.Kafka does: of the two builds for Linux one needs a library that only some distributions have.
        static Native() => NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, (name, assembly, path) =>
            name != Library ? 0
            : NativeLibrary.TryLoad(name, assembly, path, out var usual) ? usual
            : NativeLibrary.Load("centos8-" + name, assembly, path));

        [DllImport(Library)]
        public static extern nint rd_kafka_conf_new();

        [DllImport(Library)]
        public static extern nint rd_kafka_new(int type, nint conf, byte[] error, nuint errorSize);

        [DllImport(Library)]
        public static extern void rd_kafka_destroy(nint client);

        [DllImport(Library)]
        public static extern nint rd_kafka_mock_cluster_new(nint client, int brokers);

        [DllImport(Library)]
        public static extern void rd_kafka_mock_cluster_destroy(nint cluster);

        [DllImport(Library)]
        public static extern nint rd_kafka_mock_cluster_bootstraps(nint cluster);

        [DllImport(Library)]
        public static extern int rd_kafka_mock_topic_create(nint cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partitions, int replicas);

        [DllImport(Library)]
        public static extern void rd_kafka_mock_topic_set_error(nint cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int error);

        [DllImport(Library)]
        public static extern void rd_kafka_mock_push_request_errors_array(nint cluster, short request, nuint count, int[] errors);

        [DllImport(Library)]
        public static extern void rd_kafka_mock_clear_request_errors(nint cluster, short request);

        [DllImport(Library)]
        public static extern int rd_kafka_mock_broker_set_down(nint cluster, int broker);

        [DllImport(Library)]
        public static extern int rd_kafka_mock_broker_set_up(nint cluster, int broker);

        [DllImport(Library)]
        public static extern int rd_kafka_mock_broker_set_rtt(nint cluster, int broker, int milliseconds);

        [DllImport(Library)]
        public static extern void rd_kafka_mock_broker_set_host_port(nint cluster, int broker, [MarshalAs(UnmanagedType.LPUTF8Str)] string host, int port);

        [DllImport(Library)]
        public static extern int rd_kafka_mock_set_apiversion(nint cluster, short request, short oldest, short newest);
    }
#pragma warning restore SYSLIB1054, IDE1006, CA1707
}
