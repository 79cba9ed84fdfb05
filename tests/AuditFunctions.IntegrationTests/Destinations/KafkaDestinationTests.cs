using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Tests.Support;
using Confluent.Kafka;

namespace AuditFunctions.Tests.Destinations;

/// <summary>Kafka against the brokers that librdkafka brings for tests.</summary>
public sealed class KafkaDestinationTests
{
    [Theory]
    [InlineData("lz4")]
    [InlineData("zstd")]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("none")]
    public async Task Each_event_is_one_message_with_its_bytes_in_order_and_where_it_comes_from(string compression)
    {
        using var cluster = new KafkaMock();
        await using var stage = KindStage.Create();
        var destination = Define(cluster, ("compression", compression));
        var body = stage.Body(destination, KindStage.Events);
        Taken(await stage.Client.DeliverAsync(destination, body, Stage.Deadline()));
        var messages = cluster.Read();
        Assert.Equal(KindStage.Events.Select(sent => OneLine(sent.Bytes)), messages.Select(message => Encoding.UTF8.GetString(message.Message.Value)));
        Assert.All(messages, message => Assert.Equal(("acme", "eu-1", body.BatchId), (Header(message, "source"), Header(message, "partition"), Header(message, "batch"))));
        Assert.Equal(["aé1", "2", "0123456789abcdef0123456789abcdef"], messages.Select(message => Header(message, "id")));
        Assert.Equal(["2026-01-31T09:59:01.1234567Z", null, "2026-01-31T09:59:03.1234567Z"], messages.Select(message => Header(message, "time")));
        Assert.All(messages, message => Assert.Null(message.Message.Key));
        Assert.All(messages, message => Assert.Equal(stage.Clock.GetUtcNow().UtcDateTime, message.Message.Timestamp.UtcDateTime));
    }

    [Theory]
    [InlineData("source", "acme", "acme", "acme")]
    [InlineData("id", "aé1", "2", "0123456789abcdef0123456789abcdef")]
    public async Task Key_says_which_messages_are_together(string key, params string[] expected)
    {
        using var cluster = new KafkaMock(partitions: 8);
        await using var stage = KindStage.Create();
        Taken(await stage.SendAsync(Define(cluster, ("key", key), ("message", "envelope"))));
        var messages = cluster.Read();
        Assert.Equal(expected.Order(StringComparer.Ordinal), messages.Select(message => Encoding.UTF8.GetString(message.Message.Key!)).Order(StringComparer.Ordinal));
        Assert.All(messages, message => Assert.StartsWith("{\"source\":\"acme\",\"partition\":\"eu-1\",\"id\":", Encoding.UTF8.GetString(message.Message.Value), StringComparison.Ordinal));
        Assert.True(key != "source" || messages.Select(message => message.Partition).Distinct().Count() == 1);
    }

    [Fact]
    public async Task Large_body_goes_as_many_requests_and_is_taken_once()
    {
        using var cluster = new KafkaMock(partitions: 4);
        await using var stage = KindStage.Create();
        var destination = Define(cluster, ("maxBodyBytes", "20000000"), ("maxMessageBytes", "3000000"));
        (string, string, DateTimeOffset?)[] events =
            [("{\"pad\":\"" + new string('é', 1_000_000) + "\"}", "large", null), .. Enumerable.Range(0, 9_000).Select(at => ($"{{\"n\":{at},\"pad\":\"{new string('x', 500)}\"}}", $"n{at}", (DateTimeOffset?)null))];
        Taken(await stage.Client.DeliverAsync(destination, stage.Body(destination, events), Stage.Deadline()));
        Assert.Equal(events.Select(sent => sent.Item1).Order(StringComparer.Ordinal), cluster.Read().Select(message => Encoding.UTF8.GetString(message.Message.Value)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(KafkaMock.Produce, ErrorCode.TopicAuthorizationFailed)]
    [InlineData(KafkaMock.Produce, ErrorCode.ClusterAuthorizationFailed)]
    [InlineData(KafkaMock.InitProducerId, ErrorCode.ClusterAuthorizationFailed)]
    [InlineData(KafkaMock.Produce, ErrorCode.PolicyViolation)]
    [InlineData(KafkaMock.Produce, ErrorCode.UnsupportedForMessageFormat)]
    public async Task What_a_person_must_mend_is_refused_and_goes_when_it_is_mended(short request, ErrorCode error)
    {
        using var cluster = new KafkaMock();
        await using var stage = KindStage.Create();
        var destination = Define(cluster);
        cluster.Fail(request, [.. Enumerable.Repeat(error, 20)]);
        var refused = await stage.SendAsync(destination);
        Assert.True(refused is SendResult.Refused { Reason: var why } && why.Contains($"{error}: ", StringComparison.Ordinal), $"{refused}");
        Assert.Empty(cluster.Read());
        cluster.Heal(request);
        Taken(await stage.SendAsync(destination));
        Assert.Equal(3, cluster.Read().Count);
    }

    [Theory]
    [InlineData(ErrorCode.UnknownTopicOrPart, "Create the topic")]
    [InlineData(ErrorCode.TopicAuthorizationFailed, "Grant Write and Describe")]
    public async Task Topic_that_is_not_there_for_us_is_refused_and_not_created(ErrorCode error, string toDo)
    {
        using var cluster = new KafkaMock();
        await using var stage = KindStage.Create();
        cluster.FailTopic(error);
        Assert.Contains(toDo, Assert.IsType<SendResult.Refused>(await stage.SendAsync(Define(cluster))).Reason, StringComparison.Ordinal);
        Assert.Contains(toDo, Assert.IsType<SendResult.Refused>(await stage.Client.CheckHealthAsync(Define(cluster), Stage.Deadline())).Reason, StringComparison.Ordinal);
        cluster.FailTopic(ErrorCode.NoError);
        Taken(await stage.SendAsync(Define(cluster)));
        if (error == ErrorCode.UnknownTopicOrPart)
        {
            var typo = Define(cluster, ("topic", "adit"));
            Assert.Contains(toDo, Assert.IsType<SendResult.Refused>(await stage.SendAsync(typo)).Reason, StringComparison.Ordinal);
            Assert.IsType<SendResult.Refused>(await stage.Client.CheckHealthAsync(typo, Stage.Deadline()));
        }
    }

    [Theory]
    [InlineData(ErrorCode.NotEnoughReplicas)]
    [InlineData(ErrorCode.RequestTimedOut)]
    [InlineData(ErrorCode.KafkaStorageError)]
    public async Task What_passes_is_waited_for_and_then_tried_again(ErrorCode error)
    {
        using var cluster = new KafkaMock();
        await using var stage = KindStage.Create();
        var destination = Define(cluster, ("deliveryTimeout", "2s"));
        cluster.Fail(KafkaMock.Produce, error);
        Taken(await stage.SendAsync(destination));
        cluster.Fail(KafkaMock.Produce, [.. Enumerable.Repeat(error, 1_000)]);
        Assert.Contains("Local_MsgTimedOut", Assert.IsType<SendResult.Retry>(await stage.SendAsync(destination)).Reason, StringComparison.Ordinal);
        cluster.Heal(KafkaMock.Produce);
        Taken(await stage.SendAsync(destination));
    }

    [Fact]
    public async Task Request_that_is_too_large_says_nothing_of_its_messages_one_by_one()
    {
        using var cluster = new KafkaMock();
        await using var stage = KindStage.Create();
        cluster.Fail(KafkaMock.Produce, ErrorCode.MsgSizeTooLarge);
        Taken(await stage.SendAsync(Define(cluster)));
        Assert.Equal(3, cluster.Read().Count);
    }

    [Theory]
    [InlineData(ErrorCode.MsgSizeTooLarge, "max.message.bytes")]
    [InlineData(ErrorCode.InvalidRecord, "InvalidRecord")]
    public async Task Message_that_is_not_taken_alone_either_is_named_and_the_others_are_taken(ErrorCode error, string reason)
    {
        using var cluster = new KafkaMock();
        await using var stage = KindStage.Create();
        cluster.Fail(KafkaMock.Produce, error, ErrorCode.NoError, error, ErrorCode.NoError);
        var rejected = Assert.IsType<SendResult.Rejected>(await stage.SendAsync(Define(cluster)));
        var guilty = Assert.Single(rejected.Guilty);
        Assert.Contains(reason, guilty.Reason, StringComparison.Ordinal);
        Assert.Equal(OtherEvents.Taken, rejected.Others);
        Assert.Empty(rejected.Later);
        Assert.Equal(
            KindStage.Events.Select(sent => OneLine(sent.Bytes)).Where((_, number) => number != guilty.Number),
            cluster.Read().Select(message => Encoding.UTF8.GetString(message.Message.Value)));
    }

    [Fact]
    public async Task Broker_that_takes_nothing_blames_no_event()
    {
        using var cluster = new KafkaMock();
        await using var stage = KindStage.Create();
        cluster.Fail(KafkaMock.Produce, [.. Enumerable.Repeat(ErrorCode.MsgSizeTooLarge, 4)]);
        var rejected = Assert.IsType<SendResult.Rejected>(await stage.SendAsync(Define(cluster)));
        Assert.Empty(rejected.Guilty);
        Assert.True(rejected.IsTooLarge);
        Assert.Empty(cluster.Read());
    }

    [Fact]
    public async Task Message_longer_than_the_row_allows_is_named_and_not_sent()
    {
        using var cluster = new KafkaMock();
        await using var stage = KindStage.Create();
        var packed = Define(cluster);
        var body = stage.Body(packed, ("{\"n\":1}", "1", null), ($"\"{new string('x', 20_000)}\"", "2", null), ("{\"n\":3}", "3", null));
        var rejected = Assert.IsType<SendResult.Rejected>(await stage.Client.DeliverAsync(Define(cluster, ("maxMessageBytes", "10000")), body, Stage.Deadline()));
        Assert.Equal((1, OtherEvents.Taken), (Assert.Single(rejected.Guilty).Number, rejected.Others));
        Assert.Contains("maxMessageBytes, 10000,", rejected.Guilty[0].Reason, StringComparison.Ordinal);
        Assert.Equal(2, cluster.Read().Count);
    }

    [Fact]
    public async Task What_some_partitions_did_not_take_is_all_that_is_sent_again()
    {
        using var cluster = new KafkaMock(partitions: 8);
        await using var stage = KindStage.Create();
        var destination = Define(cluster, ("key", "id"));
        cluster.Fail(KafkaMock.Produce, ErrorCode.TopicAuthorizationFailed);
        var events = Enumerable.Range(0, 100).Select(at => ($"{{\"n\":{at}}}", $"n{at}", (DateTimeOffset?)null)).ToArray();
        var rejected = Assert.IsType<SendResult.Rejected>(await stage.Client.DeliverAsync(destination, stage.Body(destination, events), Stage.Deadline()));
        Assert.Equal((OtherEvents.Taken, 0), (rejected.Others, rejected.Guilty.Count));
        Assert.InRange(rejected.Later.Count, 1, 99);
        Assert.Equal(
            Enumerable.Range(0, 100).Except(rejected.Later).Select(at => $"n{at}").Order(StringComparer.Ordinal),
            cluster.Read().Select(message => Header(message, "id")!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Lost_answer_is_repeated_with_the_same_sequence_so_that_brokers_drop_the_repeat()
    {
        using var cluster = new KafkaMock();
        await using var front = new KafkaFront(cluster) { LoseAnswers = 2 };
        await using var stage = KindStage.Create();
        Taken(await stage.SendAsync(Define(front)));
        Assert.Equal(3, front.Produced.Count);
        Assert.Equal(0, Assert.Single(front.Produced.Distinct()).Sequence);
    }

    [Fact]
    public async Task Down_and_back()
    {
        using var cluster = new KafkaMock();
        await using var stage = KindStage.Create();
        var destination = Define(cluster, ("deliveryTimeout", "2s"));
        cluster.GoDown();
        Assert.Contains("Connection refused", Assert.IsType<SendResult.Retry>(await stage.SendAsync(destination)).Reason, StringComparison.Ordinal);
        Assert.IsType<SendResult.Retry>(await stage.Client.CheckHealthAsync(destination, Stage.Deadline()));
        cluster.ComeUp();
        Taken(await stage.SendAsync(destination));
        cluster.GoDown();
        Assert.IsType<SendResult.Retry>(await stage.SendAsync(destination));
        cluster.ComeUp();
        Taken(await stage.Client.CheckHealthAsync(destination, Stage.Deadline()));
        Taken(await stage.SendAsync(destination));
        Assert.Equal(6, cluster.Read().Count);
    }

    [Fact]
    public async Task Without_an_answer_in_time_it_is_tried_again_by_a_new_producer()
    {
        using var cluster = new KafkaMock();
        await using var front = new KafkaFront(cluster);
        await using var stage = KindStage.Create();
        var destination = Define(front, ("deliveryTimeout", "15m"));
        Taken(await stage.SendAsync(destination));
        cluster.Delay(TimeSpan.FromMinutes(10));
        var sending = stage.SendAsync(destination);
        await Stage.UntilAsync(() => front.Produced.Count == 2);
        stage.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Contains("no answer within 20 s", Assert.IsType<SendResult.Retry>(await sending).Reason, StringComparison.Ordinal);
        cluster.Delay(TimeSpan.Zero);
        Taken(await stage.SendAsync(destination));
        Assert.Equal(2, front.Produced.Select(sent => sent.Producer).Distinct().Count());
    }

    [Theory]
    [InlineData("plain", "PLAIN")]
    [InlineData("scram-sha-256", "SCRAM-SHA-256")]
    [InlineData("scram-sha-512", "SCRAM-SHA-512")]
    public async Task Rotated_password_is_read_again_and_no_secret_comes_back(string auth, string mechanism)
    {
        using var cluster = new KafkaMock();
        await using var front = new KafkaFront(cluster) { Mechanism = mechanism, Password = "first-secret" };
        await using var stage = KindStage.Create();
        var destination = Define(front, ("auth", auth), ("username", "siem"), ("password", "secret:siem"));
        Taken(await stage.SendAsync(destination));
        stage.Configuration["AUDIT_SECRET_SIEM"] = "wrong-secret";
        stage.Clock.Advance(TimeSpan.FromMinutes(11));
        front.Password = "second-secret";
        var refused = Assert.IsType<SendResult.Refused>(await stage.SendAsync(destination));
        Assert.True(refused.IsCredential);
        Assert.DoesNotContain("wrong-secret", refused.Reason, StringComparison.Ordinal);
        stage.Configuration["AUDIT_SECRET_SIEM"] = "second-secret";
        stage.Clock.Advance(TimeSpan.FromMinutes(1));
        Taken(await stage.SendAsync(destination));

        front.Password = "third-secret";
        var other = Define(front, ("auth", auth == "plain" ? "scram-sha-256" : "plain"), ("username", "siem"), ("password", "secret:siem"));
        Assert.True(Assert.IsType<SendResult.Refused>(await stage.SendAsync(other)).IsCredential);
        Assert.Equal(6, cluster.Read(front).Count);
    }

    [Fact]
    public async Task Identity_proves_who_it_is_by_a_token()
    {
        using var cluster = new KafkaMock();
        await using var front = new KafkaFront(cluster) { Mechanism = "OAUTHBEARER", Password = "first-secret" };
        await using var stage = KindStage.Create();
        await using var identity = await stage.WithIdentityAsync("first-secret");
        var destination = Define(front, ("auth", "entra"), ("compression", "gzip"));
        Taken(await stage.SendAsync(destination));
        front.Password = "second-secret";
        await using (var other = KindStage.Create())
        {
            await using var theirs = await other.WithIdentityAsync("wrong-secret");
            Assert.True(Assert.IsType<SendResult.Refused>(await other.SendAsync(destination)).IsCredential);
            theirs.Identity.Token = "second-secret";
            other.Clock.Advance(TimeSpan.FromMinutes(1));
            Taken(await other.SendAsync(destination));
        }
    }

    [Fact]
    public async Task Tls_is_checked_both_ways()
    {
        using var cluster = new KafkaMock();
        using var certificates = new TestCertificates();
        using var others = new TestCertificates();
        await using var front = new KafkaFront(cluster) { Certificate = certificates.Server, Authority = certificates.Authority };
        await using var stage = KindStage.Create(
            ("AUDIT_SECRET_CA", certificates.Authority.ExportCertificatePem()), ("AUDIT_SECRET_CERT", TestCertificates.Pem(certificates.Client)),
            ("AUDIT_SECRET_OTHERCA", others.Authority.ExportCertificatePem()), ("AUDIT_SECRET_OTHERCERT", TestCertificates.Pem(others.Client)), ("AUDIT_SECRET_BAD", "no pem"));
        var right = Define(front, ("tls", "true"), ("ca", "secret:ca"), ("certificate", "secret:cert"));
        Taken(await stage.SendAsync(right));
        Taken(await stage.Client.CheckHealthAsync(right, Stage.Deadline()));
        (string, string)[][] wrong =
        [
            [("tls", "true"), ("certificate", "secret:cert")],
            [("tls", "true"), ("ca", "secret:otherca"), ("certificate", "secret:cert")],
            [("tls", "true"), ("ca", "secret:ca")],
            [("tls", "true"), ("ca", "secret:ca"), ("certificate", "secret:othercert")],
            [("tls", "false")],
        ];
        foreach (var columns in wrong)
        {
            var result = await stage.SendAsync(Define(front, [.. columns, ("deliveryTimeout", "2s")]));
            Assert.True(result is SendResult.Retry, $"{string.Join(", ", columns)}: {result}");
        }

        Assert.True(Assert.IsType<SendResult.Refused>(await stage.SendAsync(Define(front, ("tls", "true"), ("ca", "secret:bad")))).IsCredential);
        Assert.Equal(3, cluster.Read(front).Count);

        // A certificate is for a name.
        await using var elsewhere = new KafkaFront(cluster) { Certificate = certificates.Issue("elsewhere.example.com", 9, isLoopback: false) };
        Assert.StartsWith("TLS: ", Assert.IsType<SendResult.Retry>(await stage.SendAsync(Define(elsewhere, ("tls", "true"), ("ca", "secret:ca")))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_goes_to_hosts_only_that_may_have_it()
    {
        await using var stage = KindStage.Create(("AUDIT_HOSTS_SIEM", "broker1.example.com"));
        var destination = DestinationConformanceTests.Define(
            ("type", "kafka"), ("servers", "broker1.example.com:9093, broker2.example.com:9093"), ("topic", "audit"), ("username", "siem"), ("password", "secret:siem"));
        Assert.Contains("broker2.example.com", Assert.IsType<SendResult.Refused>(await stage.SendAsync(destination)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("servers", "servers=broker1")]
    [InlineData("servers", "servers=a:9092,https://b:9092")]
    [InlineData("servers", "servers=user@a:9092")]
    [InlineData("servers", "servers=,")]
    [InlineData("topic", "topic=a b")]
    [InlineData("topic", "topic=..")]
    [InlineData("password", "auth=scram-sha-256", "password=")]
    [InlineData("username", "auth=none", "password=")]
    [InlineData("tls", "tls=false")]
    [InlineData("ca", "servers=127.0.0.1:9092", "tls=false", "ca=secret:x")]
    [InlineData("compression", "auth=entra", "username=", "password=", "servers=acme.servicebus.windows.net:9093")]
    [InlineData("servers", "auth=entra", "username=", "password=", "compression=gzip")]
    [InlineData("clientId", "clientId=00000000-0000-0000-0000-000000000001")]
    [InlineData("deliveryTimeout", "deliveryTimeout=20m")]
    [InlineData("maxMessageBytes", "maxMessageBytes=100")]
    public void Wrong_rows_are_refused_where_they_are_wrong(string where, params string[] columns)
    {
        var row = new Dictionary<string, string> { ["type"] = "kafka", ["servers"] = "broker1.example.com:9093", ["topic"] = "audit", ["username"] = "siem", ["password"] = "secret:siem" };
        foreach (var column in columns.Select(column => column.Split('=', 2)))
        {
            row[column[0]] = column[1];
        }

        var problems = new Problems();
        Assert.Null(DestinationCatalog.Read(PipelineHarness.Row("dest", [.. row.Where(pair => pair.Value.Length > 0).Select(pair => (pair.Key, pair.Value))]), problems));
        Assert.Equal(where, Assert.Single(problems.Found).Where);
    }

    private static DestinationDefinition Define(KafkaMock cluster, params (string Column, string Value)[] more) => Define(cluster.Servers, more);

    private static DestinationDefinition Define(KafkaFront front, params (string Column, string Value)[] more) => Define($"127.0.0.1:{front.Port}", more);

    private static DestinationDefinition Define(string servers, (string Column, string Value)[] more)
    {
        var row = new Dictionary<string, string> { ["type"] = "kafka", ["servers"] = servers, ["topic"] = KafkaMock.Topic, ["auth"] = "none", ["tls"] = "false" };
        foreach (var (column, value) in more)
        {
            row[column] = value;
        }

        return DestinationConformanceTests.Define([.. row.Select(pair => (pair.Key, pair.Value))]);
    }

    private static string? Header(ConsumeResult<byte[]?, byte[]> message, string name) =>
        message.Message.Headers.TryGetLastBytes(name, out var bytes) ? Encoding.UTF8.GetString(bytes) : null;

    // Says why when it is not.
    private static void Taken(SendResult? result) => Assert.True(result is SendResult.Accepted, $"{result}");

    private static string OneLine(string text) => text.Replace('\n', ' ').Replace('\r', ' ');
}
