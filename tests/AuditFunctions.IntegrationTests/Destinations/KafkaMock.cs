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

    private readonly KafkaCluster _brokers;
    private readonly int _partitions;

    public KafkaMock(int partitions = 1)
    {
        _partitions = partitions;
        _brokers = new KafkaCluster(Topic, partitions);
    }

    /// <summary>The broker's host and port.</summary>
    public string Servers => _brokers.Servers;

    /// <summary>The broker's port.</summary>
    public int Port => int.Parse(Servers.AsSpan(Servers.LastIndexOf(':') + 1), CultureInfo.InvariantCulture);

    /// <summary>Answers the next requests of a kind with errors, one each.</summary>
    public void Fail(short request, params ErrorCode[] errors) =>
        Native.rd_kafka_mock_push_request_errors_array(_brokers.Handle, request, (nuint)errors.Length, [.. errors.Select(error => (int)error)]);

    /// <summary>Answers requests of a kind as it should again.</summary>
    public void Heal(short request) => Native.rd_kafka_mock_clear_request_errors(_brokers.Handle, request);

    /// <summary>What metadata says of the topic.</summary>
    public void FailTopic(ErrorCode error) => Native.rd_kafka_mock_topic_set_error(_brokers.Handle, Topic, (int)error);

    /// <summary>Closes all connections and takes no new one.</summary>
    public void GoDown() => Assert.Equal(0, Native.rd_kafka_mock_broker_set_down(_brokers.Handle, 1));

    /// <summary>Takes connections again.</summary>
    public void ComeUp() => Assert.Equal(0, Native.rd_kafka_mock_broker_set_up(_brokers.Handle, 1));

    /// <summary>How long each answer takes.</summary>
    public void Delay(TimeSpan delay) => Assert.Equal(0, Native.rd_kafka_mock_broker_set_rtt(_brokers.Handle, 1, (int)delay.TotalMilliseconds));

    /// <summary>Says that the broker is elsewhere: at what stands in front of it.</summary>
    public void Advertise(int port) => Native.rd_kafka_mock_broker_set_host_port(_brokers.Handle, 1, "127.0.0.1", port);

    /// <summary>Speaks an older version of a request.</summary>
    public void Limit(short request, short newest) => Assert.Equal(0, Native.rd_kafka_mock_set_apiversion(_brokers.Handle, request, 3, newest));

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

    public void Dispose() => _brokers.Dispose();

    // rdkafka_mock.h of the package librdkafka.redist.
#pragma warning disable SYSLIB1054, IDE1006, CA1707 // Names of C, and no unsafe code in tests.
    private static class Native
    {
        private const string Library = KafkaCluster.Library;

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
