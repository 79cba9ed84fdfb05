using System.Runtime.InteropServices;

namespace AuditFunctions.Tests.Destinations;

/// <summary>A broker in this process, as librdkafka brings it for tests, on a port of its own.</summary>
internal sealed class KafkaCluster : IDisposable
{
    /// <summary>The library, whichever build of it this machine can load.</summary>
    public const string Library = "librdkafka";

    private readonly nint _client;

    /// <summary>Starts it, with one topic.</summary>
    public KafkaCluster(string topic, int partitions)
    {
        _client = Native.rd_kafka_new(0, Native.rd_kafka_conf_new(), new byte[512], 512);
        Handle = Native.rd_kafka_mock_cluster_new(_client, 1);
        Servers = Marshal.PtrToStringUTF8(Native.rd_kafka_mock_cluster_bootstraps(Handle))!;
        if (Native.rd_kafka_mock_topic_create(Handle, topic, partitions, 1) is not 0 and var error)
        {
            throw new InvalidOperationException($"The topic was not made: {error}.");
        }
    }

    /// <summary>The cluster, for the library's other functions.</summary>
    public nint Handle { get; }

    /// <summary>The broker's host and port.</summary>
    public string Servers { get; }

    /// <summary>Stops it.</summary>
    public void Dispose()
    {
        Native.rd_kafka_mock_cluster_destroy(Handle);
        Native.rd_kafka_destroy(_client);
    }

    // rdkafka_mock.h of the package librdkafka.redist.
#pragma warning disable SYSLIB1054, IDE1006, CA1707 // Names of C, and no unsafe code in tests.
    private static class Native
    {
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
    }
#pragma warning restore SYSLIB1054, IDE1006, CA1707
}
