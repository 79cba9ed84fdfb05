using System.Net;
using System.Net.Sockets;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Destinations;

/// <summary>Syslog against a receiver that is as strict as the RFCs.</summary>
public sealed class SyslogDestinationTests
{
    private static readonly (string Bytes, string Id, DateTimeOffset? Time) Plain =
        ("""{"eventType":"user.login|x","actor":{"email":"a=b\\c@example.com"},"client":{"ipAddress":"2001:db8::1"},"outcome":{"result":"OK"},"text":"tab\there\nline"}""", "id]\\\"1", DateTimeOffset.Parse("2026-01-31T09:59:01.1234567Z"));

    [Theory]
    [InlineData("tcp", "octet-counting", "rfc5424")]
    [InlineData("tcp", "lf", "rfc5424")]
    [InlineData("tcp", "octet-counting", "rfc3164")]
    [InlineData("tcp", "lf", "rfc3164")]
    [InlineData("udp", "octet-counting", "rfc5424")]
    [InlineData("relp", "octet-counting", "rfc5424")]
    [InlineData("relp", "octet-counting", "rfc3164")]
    public async Task Each_event_is_one_message_with_its_bytes_in_order(string transport, string framing, string header)
    {
        await using var receiver = SandboxSyslog.Start();
        await using var stage = KindStage.Create();
        var destination = Define(receiver, transport, ("framing", framing), ("header", header));
        Taken(await stage.SendAsync(destination));
        await receiver.WaitAsync(3, Stage.Deadline());
        Assert.Empty(receiver.Violations);
        Assert.Equal(KindStage.Events.Select(sent => OneLine(sent.Bytes)), receiver.Messages.Select(message => message.Message));
        Assert.All(receiver.Messages, message => Assert.Equal((110, "acme", "auditfunctions"), (message.Priority, message.Host, message.AppName)));
        string[] times = header == "rfc5424" ? ["2026-01-31T09:59:01.123456Z", "-", "2026-01-31T09:59:03.123456Z"] : ["Jan 31 09:59:01", "Jan 31 10:00:00", "Jan 31 09:59:03"];
        Assert.Equal(times, receiver.Messages.Select(message => message.Time));
    }

    [Fact]
    public async Task Structured_data_says_where_an_event_comes_from_whatever_its_id()
    {
        await using var receiver = SandboxSyslog.Start();
        await using var stage = KindStage.Create();
        var destination = Define(receiver, "tcp", ("facility", "0"), ("severity", "0"), ("hostname", "cloud"), ("appName", "okta"), ("bom", "true"));
        await stage.Client.DeliverAsync(destination, stage.Body(destination, (Plain.Bytes, "a\\\"]\\\\\\n\\u00e9", Plain.Time)), Stage.Deadline());
        var message = Assert.Single(receiver.Messages);
        Assert.Equal((0, "cloud", "okta"), (message.Priority, message.Host, message.AppName));
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["source"] = "acme",
                ["partition"] = "eu-1",
                ["id"] = "a\"]\\ é",
                ["template"] = "acme-sign",
                ["vendor"] = "Acme \"Sign\" é",
                ["fetched"] = "2026-01-31T10:00:00.1234567Z",
            },
            message.Structured);
        Assert.Equal("\uFEFF" + Plain.Bytes, message.Message);
    }

    [Fact]
    public async Task Cef_escapes_what_it_must_and_puts_an_ipv6_address_where_it_belongs()
    {
        Assert.Equal(
            "CEF:0|AuditFunctions|acme|1|user.login\\|x|user.login\\|x|3|rt=1769853541123 externalId=id]\\\\\"1 act=user.login|x suser=a\\=b\\\\c@example.com c6a2Label=Source IPv6 Address c6a2=2001:db8::1 outcome=OK cs1Label=source cs1=acme cs2Label=partition cs2=eu-1 cs3Label=template cs3=acme-sign cs4Label=vendor cs4=Acme \"Sign\" é deviceCustomDate1Label=fetched deviceCustomDate1=1769853600123 msg="
                + Plain.Bytes.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal),
            await MessageAsync(("message", "cef")));
    }

    [Fact]
    public async Task Words_stand_for_where_an_event_comes_from_and_a_label_without_its_value_is_left_out() => Assert.EndsWith(
        "|3|cs1Label=by cs1=acme-sign cs2=Acme \"Sign\" é start=1769853600123 end=2026-01-31T10:00:00.1234567Z cs4=x",
        await MessageAsync(("message", "cef"), ("fields", "cs1Label='by', cs1=@template, cs2=@vendor, start=@fetchedMillis, end=@fetched, cs3Label='gone', cs3=missing, cs4='x'")),
        StringComparison.Ordinal);

    [Fact]
    public async Task Leef_holds_nothing_that_ends_a_value()
    {
        var attributes = "devTime=1769853541123\tusrName=a=b\\c@example.com\tsrc=2001:db8::1\toutcome=OK\tauditSource=acme\tauditPartition=eu-1\tauditId=id]\\\"1\tauditTemplate=acme-sign\tauditVendor=Acme \"Sign\" é\tauditFetched=2026-01-31T10:00:00.1234567Z\tauditEvent=" + Plain.Bytes;
        Assert.Equal("LEEF:2.0|Okta|Identity|1|user.login x|x09|" + attributes, await MessageAsync(("message", "leef2"), ("vendor", "Okta"), ("product", "Identity")));
        Assert.Equal("LEEF:1.0|AuditFunctions|acme|1|OK|usrName=tab here line", await MessageAsync(("message", "leef1"), ("eventId", "missing|outcome.result"), ("fields", "usrName=text, src=actor")));
    }

    [Fact]
    public async Task Csv_and_envelope()
    {
        Assert.Equal("acme,,2001:db8::1,\"{\"\"result\"\":\"\"OK\"\"}\"", await MessageAsync(("message", "csv"), ("fields", "s=@source, none=outcome, ip=client.ipAddress, t='{\"result\":\"OK\"}'")));
        Assert.StartsWith("{\"source\":\"acme\",\"partition\":\"eu-1\",\"id\":", await MessageAsync(("message", "envelope")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SyslogFault.CloseAtOnce, "tcp")]
    [InlineData(SyslogFault.Reset, "tcp")]
    [InlineData(SyslogFault.Reset, "relp")]
    [InlineData(SyslogFault.CloseAtOnce, "relp")]
    [InlineData(SyslogFault.AnswerTwice, "relp")]
    public async Task What_the_receiver_has_not_read_is_sent_again(SyslogFault fault, string transport)
    {
        await using var receiver = SandboxSyslog.Start();
        await using var stage = KindStage.Create();
        var destination = Define(receiver, transport);
        receiver.Fault = fault;
        Assert.IsType<SendResult.Retry>(await stage.SendAsync(destination));
        var before = receiver.Messages.Count;
        Assert.InRange(before, 0, fault == SyslogFault.AnswerTwice ? 2 : 0);
        receiver.Fault = SyslogFault.None;
        Taken(await stage.SendAsync(destination));
        Assert.Equal(before + 3, receiver.Messages.Count);
    }

    /// <summary>A receiver that is too slow for a whole body would get its start again and again.</summary>
    [Fact]
    public async Task Relp_repeats_nothing_that_was_acknowledged_before_the_time_was_over()
    {
        await using var receiver = SandboxSyslog.Start();
        await using var stage = KindStage.Create();
        receiver.Fault = SyslogFault.AnswerFirst;
        var destination = Define(receiver, "relp");
        var sending = stage.Client.DeliverAsync(destination, Numbered(stage, destination, 130), Stage.Deadline());

        // The window lets the next message out when the first answer was read.
        await receiver.WaitAsync(129, Stage.Deadline());
        stage.Clock.Advance(TimeSpan.FromSeconds(20));

        var partly = Assert.IsType<SendResult.Rejected>(await sending);
        Assert.Contains("in time; 1 of 130 messages were acknowledged", partly.Reason, StringComparison.Ordinal);
        Assert.Empty(partly.Guilty);
        Assert.Equal(Enumerable.Range(1, 129), partly.Later);
        Assert.Equal(OtherEvents.Taken, partly.Others);
    }

    /// <summary>A receiver that dies may lose what it has acknowledged and not yet written.</summary>
    [Fact]
    public async Task Relp_repeats_all_of_a_body_whose_session_broke_off()
    {
        await using var receiver = SandboxSyslog.Start();
        await using var stage = KindStage.Create();
        receiver.Fault = SyslogFault.AnswerFirstAndClose;
        var destination = Define(receiver, "relp");
        var body = Numbered(stage, destination, 3);
        Assert.Contains("broke off", Assert.IsType<SendResult.Retry>(await stage.Client.DeliverAsync(destination, body, Stage.Deadline())).Reason, StringComparison.Ordinal);

        var before = receiver.Messages.Count;
        receiver.Fault = SyslogFault.None;
        Assert.IsType<SendResult.Accepted>(await stage.Client.DeliverAsync(destination, body, Stage.Deadline()));
        Assert.Equal(before + 3, receiver.Messages.Count);
    }

    /// <summary>A receiver that is written in C ends a message at a NUL: who chooses a value would hide all that stands behind it.</summary>
    [Theory]
    [InlineData("cef", "|3|act=a b c\\nd\te suser=x")]
    [InlineData("leef2", "|x09|act=a b c d e\tsuser=x")]
    [InlineData("csv", "a b c d\te,x")]
    public async Task No_value_brings_what_ends_a_message_or_steers_a_terminal(string message, string expected)
    {
        await using var receiver = SandboxSyslog.Start();
        await using var stage = KindStage.Create();
        var destination = Define(receiver, "tcp", ("message", message), ("fields", "act=name, suser=user"));
        Taken(await stage.Client.DeliverAsync(destination, stage.Body(destination, ("""{"name":"a\u0000b\u001bc\nd\te","user":"x"}""", "1", null)), Stage.Deadline()));
        Assert.EndsWith(expected, Assert.Single(receiver.Messages).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SyslogFault.NeverClose, "tcp")]
    [InlineData(SyslogFault.LoseAnswers, "relp")]
    public async Task Without_a_proof_in_time_nothing_counts_as_delivered(SyslogFault fault, string transport)
    {
        await using var receiver = SandboxSyslog.Start();
        await using var stage = KindStage.Create();
        receiver.Fault = fault;
        var sending = stage.SendAsync(Define(receiver, transport));
        await receiver.WaitAsync(3, Stage.Deadline());
        stage.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Contains("no answer within 20 s", Assert.IsType<SendResult.Retry>(await sending).Reason, StringComparison.Ordinal);

        if (transport == "tcp")
        {
            Taken(await stage.SendAsync(Define(receiver, transport, ("confirm", "none"))));
            await receiver.WaitAsync(6, Stage.Deadline());
        }
    }

    [Theory]
    [InlineData(SyslogFault.RejectSecond)]
    [InlineData(SyslogFault.AnswerBackwards)]
    public async Task Relp_names_the_message_that_is_not_taken(SyslogFault fault)
    {
        await using var receiver = SandboxSyslog.Start();
        await using var stage = KindStage.Create();
        receiver.Fault = fault;
        var rejected = Assert.IsType<SendResult.Rejected>(await stage.SendAsync(Define(receiver, "relp")));
        Assert.Equal((1, "RELP: 500 not this one"), (Assert.Single(rejected.Guilty).Number, rejected.Guilty[0].Reason));
        Assert.Equal(OtherEvents.Taken, rejected.Others);
        Assert.Equal(2, receiver.Messages.Count);
    }

    [Fact]
    public async Task Message_that_is_too_long_is_named_and_nothing_is_sent()
    {
        await using var receiver = SandboxSyslog.Start();
        await using var stage = KindStage.Create();
        var destination = Define(receiver, "tcp", ("message", "cef"), ("maxMessageBytes", "2000"));
        var body = stage.Body(destination, Plain, ($"\"{new string('=', 900)}\"", "2", null), Plain);
        var rejected = Assert.IsType<SendResult.Rejected>(await stage.Client.DeliverAsync(destination, body, Stage.Deadline()));
        Assert.Equal(1, Assert.Single(rejected.Guilty).Number);
        Assert.Equal(OtherEvents.NotTaken, rejected.Others);
        Assert.Empty(receiver.Messages);
        Assert.Equal(976, destination.Format.MaxEventBytes);
    }

    [Theory]
    [InlineData("tls")]
    [InlineData("relp-tls")]
    public async Task Tls_checks_the_receiver_and_proves_who_we_are(string transport)
    {
        using var certificates = new TestCertificates();
        using var others = new TestCertificates();
        await using var receiver = SandboxSyslog.Start(certificates.Server, certificates.Authority);
        await using var stage = KindStage.Create(
            ("AUDIT_SECRET_CA", certificates.Authority.ExportCertificatePem()), ("AUDIT_SECRET_CERT", TestCertificates.Pem(certificates.Client)),
            ("AUDIT_SECRET_OTHERCA", others.Authority.ExportCertificatePem()), ("AUDIT_SECRET_OTHERCERT", TestCertificates.Pem(others.Client)), ("AUDIT_SECRET_BAD", "no certificate"));
        Taken(await stage.SendAsync(Define(receiver, transport, ("ca", "secret:ca"), ("certificate", "secret:cert"))));
        Assert.Equal(3, receiver.Messages.Count);

        (string, string)[][] wrong =
        [
            [("certificate", "secret:cert")],
            [("ca", "secret:otherca"), ("certificate", "secret:cert")],
            [("ca", "secret:ca"), ("certificate", "secret:cert"), ("serverName", "elsewhere.example.com")],
            [("ca", "secret:ca")],
            [("ca", "secret:ca"), ("certificate", "secret:othercert")],
        ];
        foreach (var columns in wrong)
        {
            var result = await stage.SendAsync(Define(receiver, transport, columns));
            Assert.True(result is SendResult.Retry, $"{string.Join(", ", columns)}: {result}");
        }

        Assert.True(Assert.IsType<SendResult.Refused>(await stage.SendAsync(Define(receiver, transport, ("ca", "secret:bad")))).IsCredential);
        Assert.Equal(3, receiver.Messages.Count);
        Assert.IsType<SendResult.Retry>(await stage.SendAsync(Define(receiver, transport == "tls" ? "tcp" : "relp")));
    }

    [Fact]
    public async Task Ipv6_works_and_nobody_who_listens_is_reported()
    {
        await using var stage = KindStage.Create();
        using var listener = new TcpListener(IPAddress.IPv6Loopback, 0);
        listener.Start();
        var address = $"[::1]:{((IPEndPoint)listener.LocalEndpoint).Port}";
        var destination = DestinationConformanceTests.Define(("type", "syslog"), ("address", address), ("transport", "tcp"));
        Assert.Equal(address, destination.Address);
        var sending = stage.SendAsync(destination);
        using (var socket = await listener.AcceptSocketAsync(Stage.Deadline()))
        {
            await using var stream = new NetworkStream(socket);
            using var text = new StreamReader(stream, Encoding.UTF8);
            Assert.Contains("\"big\":12345678901234567890", await text.ReadToEndAsync(Stage.Deadline()), StringComparison.Ordinal);
        }

        Taken(await sending);
        listener.Stop();
        Assert.Equal($"the connection was refused by {address}", Assert.IsType<SendResult.Retry>(await stage.SendAsync(destination)).Reason);
        Assert.IsType<SendResult.Retry>(await stage.Client.CheckHealthAsync(destination, Stage.Deadline()));
    }

    [Theory]
    [InlineData("relp", "what 127.0.0.1:* answers is no RELP. Check port and transport")]
    [InlineData("tls", "no secure connection to 127.0.0.1:*: it may not speak TLS. Check the receiver's certificate, serverName, ca and certificate")]
    public async Task Receiver_that_speaks_something_else_is_told_in_words(string transport, string reason)
    {
        await using var stage = KindStage.Create();
        await using var other = await ScriptedServer.StartAsync(_ => new(200, "hello"));
        var address = new Uri(other.BaseUrl).Authority;
        var result = await stage.SendAsync(DestinationConformanceTests.Define(("type", "syslog"), ("address", address), ("transport", transport)));
        Assert.Equal(reason.Replace("127.0.0.1:*", address, StringComparison.Ordinal), Assert.IsType<SendResult.Retry>(result).Reason);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("relp")]
    public async Task Health_is_asked_without_a_message(string transport)
    {
        await using var receiver = SandboxSyslog.Start();
        await using var stage = KindStage.Create();
        Taken(await stage.Client.CheckHealthAsync(Define(receiver, transport), Stage.Deadline()));
        Assert.Empty(receiver.Messages);
    }

    [Fact]
    public async Task QRadar_gets_leef_in_lines()
    {
        await using var receiver = SandboxSyslog.Start();
        await using var stage = KindStage.Create();
        var destination = DestinationConformanceTests.Define(("type", "qradar"), ("address", $"127.0.0.1:{receiver.Port}"), ("transport", "tcp"), ("hostname", "okta-prod"));
        Taken(await stage.SendAsync(destination));
        Assert.Empty(receiver.Violations);
        Assert.All(receiver.Messages, message => Assert.StartsWith("LEEF:2.0|AuditFunctions|acme|1|event|x09|", message.Message, StringComparison.Ordinal));
        Assert.Equal("okta-prod", receiver.Messages[0].Host);
    }

    [Theory]
    [InlineData("address", "address=siem.example.com")]
    [InlineData("address", "address=siem.example.com:70000")]
    [InlineData("maxMessageBytes", "transport=udp", "maxMessageBytes=70000")]
    [InlineData("ca", "transport=tcp", "ca=secret:x")]
    [InlineData("serverName", "transport=udp", "serverName=x")]
    [InlineData("fields", "fields=a=b")]
    [InlineData("vendor", "vendor=a")]
    [InlineData("fields", "message=csv")]
    [InlineData("fields", "message=cef", "fields=a b=c")]
    [InlineData("fields", "message=cef", "fields=a=@nothing")]
    [InlineData("fields", "message=cef", "fields=a=b,a=c")]
    [InlineData("fields", "message=cef", "fields=a=b||c")]
    [InlineData("structuredId", "structuredId=abc")]
    [InlineData("appName", "appName=a b")]
    [InlineData("hostname", "hostname=a b")]
    [InlineData("facility", "facility=24")]
    [InlineData("severity", "severity=8")]
    public void Wrong_rows_are_refused_where_they_are_wrong(string where, params string[] columns)
    {
        var row = new Dictionary<string, string> { ["type"] = "syslog", ["address"] = "siem.example.com:6514" };
        foreach (var column in columns)
        {
            row[column.Split('=')[0]] = column[(column.IndexOf('=', StringComparison.Ordinal) + 1)..];
        }

        var problems = new Problems();
        Assert.Null(DestinationCatalog.Read(PipelineHarness.Row("dest", [.. row.Select(pair => (pair.Key, pair.Value))]), problems));
        Assert.Equal(where, Assert.Single(problems.Found).Where);
    }

    [Theory]
    [InlineData("address", "")]
    [InlineData("address", "address=a:1", "url=https://a")]
    [InlineData("message", "address=a:1", "message=cef")]
    [InlineData("transport", "address=a:1", "transport=udp")]
    [InlineData("token", "address=a:1", "token=secret:x")]
    [InlineData("header", "url=https://a", "token=secret:x")]
    [InlineData("hostname", "url=https://a", "hostname=x")]
    public void Wrong_rows_of_qradar_are_refused_where_they_are_wrong(string where, params string[] columns)
    {
        var problems = new Problems();
        Assert.Null(DestinationCatalog.Read(PipelineHarness.Row("dest", [("type", "qradar"), .. columns.Where(column => column.Length > 0).Select(column => (column.Split('=')[0], column.Split('=')[1]))]), problems));
        Assert.Equal(where, Assert.Single(problems.Found).Where);
    }

    private static DestinationDefinition Define(SandboxSyslog receiver, string transport, params (string, string)[] more) => DestinationConformanceTests.Define(
        [("type", "syslog"), ("address", $"127.0.0.1:{(transport == "udp" ? receiver.DatagramPort : receiver.Port)}"), ("transport", transport), .. more]);

    private static async Task<string> MessageAsync(params (string Column, string Value)[] columns)
    {
        await using var receiver = SandboxSyslog.Start();
        await using var stage = KindStage.Create();
        var destination = Define(receiver, "tcp", columns.Where(column => column.Value.Length > 0).ToArray());
        var id = System.Text.Json.JsonEncodedText.Encode(Plain.Id, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
        Taken(await stage.Client.DeliverAsync(destination, stage.Body(destination, (Plain.Bytes, id, Plain.Time)), Stage.Deadline()));
        Assert.Empty(receiver.Violations);
        return Assert.Single(receiver.Messages).Message;
    }

    // Says why when it is not.
    private static void Taken(SendResult? result) => Assert.True(result is SendResult.Accepted, $"{result}");

    private static SendBody Numbered(KindStage stage, DestinationDefinition destination, int events) =>
        stage.Body(destination, [.. Enumerable.Range(0, events).Select(number => ("{}", $"{number}", (DateTimeOffset?)null))]);

    private static string OneLine(string text) => text.Replace('\n', ' ').Replace('\r', ' ');
}
