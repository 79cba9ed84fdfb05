using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using AuditFunctions.Destinations;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Destinations;

/// <summary>Syslog against rsyslog itself (packages rsyslog, rsyslog-relp and rsyslog-openssl): what it writes down is what was sent.</summary>
public sealed class RsyslogTests : IAsyncLifetime, IDisposable
{
    private const string Program = "/usr/sbin/rsyslogd";
    private readonly string _folder = Directory.CreateTempSubdirectory("rsyslog-").FullName;
    private readonly TestCertificates _certificates = new();
    private readonly int[] _ports = LoopbackPorts.Free(4);
    private Process? _process;

    public async Task InitializeAsync()
    {
        Assert.True(File.Exists(Program), "rsyslogd is not installed: apt-get install rsyslog rsyslog-relp rsyslog-openssl, as .ci/run does.");
        await File.WriteAllTextAsync(At("ca.pem"), _certificates.Authority.ExportCertificatePem());
        await File.WriteAllTextAsync(At("server.pem"), _certificates.Server.ExportCertificatePem());
        await File.WriteAllTextAsync(At("server.key"), _certificates.Server.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(At("rsyslog.conf"), $$"""
            global(workDirectory="{{_folder}}" maxMessageSize="2m" net.enableDNS="off" parser.escapeControlCharactersOnReceive="off"
              defaultNetstreamDriver="ossl" defaultNetstreamDriverCAFile="{{At("ca.pem")}}"
              defaultNetstreamDriverCertFile="{{At("server.pem")}}" defaultNetstreamDriverKeyFile="{{At("server.key")}}")
            module(load="imtcp" maxFrameSize="2000000")
            module(load="imudp")
            module(load="imrelp")
            template(name="line" type="list" option.jsonf="on") {
              property(outname="time" name="timereported" format="jsonf" dateFormat="rfc3339")
              property(outname="host" name="hostname" format="jsonf")
              property(outname="app" name="app-name" format="jsonf")
              property(outname="pri" name="pri" format="jsonf")
              property(outname="data" name="structured-data" format="jsonf")
              property(outname="message" name="msg" format="jsonf")
            }
            ruleset(name="out") { action(type="omfile" file="{{At("out")}}" template="line") }
            input(type="imtcp" address="127.0.0.1" port="{{_ports[0]}}" ruleset="out")
            input(type="imtcp" address="127.0.0.1" port="{{_ports[1]}}" ruleset="out" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="x509/certvalid")
            input(type="imrelp" address="127.0.0.1" port="{{_ports[2]}}" ruleset="out" maxDataSize="2m")
            input(type="imudp" address="127.0.0.1" port="{{_ports[3]}}" ruleset="out")
            """);
        await StartAsync();
    }

    private async Task StartAsync()
    {
        _process?.Dispose();
        _process = Process.Start(new ProcessStartInfo(Program, ["-n", "-f", At("rsyslog.conf"), "-i", At("pid")]) { RedirectStandardError = true, UseShellExecute = false })!;
        while (!await LoopbackPorts.IsListeningAsync(_ports[0]) || !await LoopbackPorts.IsListeningAsync(_ports[1]) || !await LoopbackPorts.IsListeningAsync(_ports[2]))
        {
            Assert.False(_process.HasExited, $"rsyslogd stopped: {(_process.HasExited ? await _process.StandardError.ReadToEndAsync() : "")}");
        }
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
    }

    public void Dispose()
    {
        _process?.Dispose();
        _certificates.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task It_writes_down_what_was_sent_over_every_transport()
    {
        await using var stage = KindStage.Create(("AUDIT_SECRET_CA", _certificates.Authority.ExportCertificatePem()), ("AUDIT_SECRET_CERT", TestCertificates.Pem(_certificates.Client)));
        (string Port, string Value)[][] ways =
        [
            [("address", $"127.0.0.1:{_ports[0]}"), ("transport", "tcp")],
            [("address", $"127.0.0.1:{_ports[0]}"), ("transport", "tcp"), ("framing", "lf"), ("header", "rfc3164")],
            [("address", $"127.0.0.1:{_ports[1]}"), ("transport", "tls"), ("serverName", "localhost"), ("ca", "secret:ca"), ("certificate", "secret:cert")],
            [("address", $"127.0.0.1:{_ports[2]}"), ("transport", "relp")],
            [("address", $"127.0.0.1:{_ports[3]}"), ("transport", "udp")],
        ];
        foreach (var way in ways)
        {
            var destination = DestinationConformanceTests.Define([("type", "syslog"), .. way, ("maxMessageBytes", way.Any(column => column.Value == "udp") ? "60000" : "1500000"), ("maxBodyBytes", "5000000")]);
            (string Bytes, string Id, DateTimeOffset? Time)[] events = way.Any(column => column.Value == "udp")
                ? [.. KindStage.Events]
                : [.. KindStage.Events, ($"{{\"pad\":\"{new string('é', 400_000)}\"}}", "large", null), .. Enumerable.Range(0, 2_000).Select(at => ($"{{\"n\":{at}}}", $"n{at}", (DateTimeOffset?)null))];
            var result = await stage.Client.DeliverAsync(destination, stage.Body(destination, events), Stage.Deadline());
            Assert.True(result is SendResult.Accepted, $"{way[1].Value}: {result}");
            var lines = await LinesAsync(events.Length);
            Assert.Equal(events.Select(sent => sent.Bytes.Replace('\n', ' ').Replace('\r', ' ')), lines.Select(line => line.RootElement.GetProperty("message").GetString()!.TrimStart(' ')));
            Assert.All(lines, line => Assert.Equal(("acme", "auditfunctions", "110"), (Text(line, "host"), Text(line, "app"), Text(line, "pri"))));
            if (!way.Any(column => column.Value == "rfc3164"))
            {
                Assert.Equal("[auditfunctions@32473 source=\"acme\" partition=\"eu-1\" id=\"2\" template=\"acme-sign\" vendor=\"Acme \\\"Sign\\\" é\" fetched=\"2026-01-31T10:00:00.1234567Z\"]", Text(lines[1], "data"));
                Assert.Equal("2026-01-31T09:59:01.123456Z", Text(lines[0], "time"));
            }

            lines.ForEach(line => line.Dispose());
            await RotateAsync();
        }

        // Without a certificate of its authority nobody is let in, and nothing counts as delivered.
        var stranger = DestinationConformanceTests.Define(("type", "syslog"), ("address", $"127.0.0.1:{_ports[1]}"), ("transport", "tls"), ("serverName", "localhost"), ("ca", "secret:ca"));
        Assert.IsType<SendResult.Retry>(await stage.SendAsync(stranger));
    }

    /// <summary>Killed while it reads a body, and started again: the body counts as delivered only once it was read as a whole, and no event is missing.</summary>
    [Theory]
    [InlineData(0, "tcp")]
    [InlineData(2, "relp")]
    public async Task Killed_in_the_middle_and_started_again_it_has_every_event(int port, string transport)
    {
        await using var stage = KindStage.Create();
        var destination = DestinationConformanceTests.Define(("type", "syslog"), ("address", $"127.0.0.1:{_ports[port]}"), ("transport", transport), ("maxBodyBytes", "20000000"));
        (string, string, DateTimeOffset?)[] events = [.. Enumerable.Range(0, 10_000).Select(at => ($"{{\"n\":{at},\"pad\":\"{new string('x', 1_000)}\"}}", $"n{at}", (DateTimeOffset?)null))];
        var body = stage.Body(destination, events);
        var sending = stage.Client.DeliverAsync(destination, body, Stage.Deadline());
        await Stage.UntilAsync(() => sending.IsCompleted || (File.Exists(At("out")) && new FileInfo(At("out")).Length > 0));
        _process!.Kill();
        await _process.WaitForExitAsync(Stage.Deadline());
        var killed = await sending;
        Assert.True(killed is SendResult.Retry, $"{killed}");

        await StartAsync();
        Assert.IsType<SendResult.Accepted>(await stage.Client.DeliverAsync(destination, body, Stage.Deadline()));
        await Stage.UntilAsync(() => Missing() == 0);

        // A kill may leave half a line.
        int Missing()
        {
            var found = new HashSet<string>(StringComparer.Ordinal);
            foreach (var line in File.ReadLines(At("out")))
            {
                var start = line.IndexOf("\"n\\\":", StringComparison.Ordinal);
                found.Add(start < 0 ? "" : line[start..(line.IndexOf(',', start) is var end and >= 0 ? end : line.Length)]);
            }

            found.Remove("");
            return events.Length - found.Count;
        }
    }

    // rsyslog opens its file again after a HUP.
    private async Task RotateAsync()
    {
        File.Move(At("out"), At($"out-{Path.GetRandomFileName()}"));
        using var hup = Process.Start("kill", ["-HUP", $"{_process!.Id}"]);
        await hup.WaitForExitAsync(Stage.Deadline());
    }

    private async Task<List<JsonDocument>> LinesAsync(int count)
    {
        await Stage.UntilAsync(() => File.Exists(At("out")) && File.ReadAllBytes(At("out")) is { } bytes && bytes.Count(c => c == '\n') >= count && bytes[^1] == '\n');
        var text = await File.ReadAllTextAsync(At("out"), Encoding.UTF8, Stage.Deadline());
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line))];
    }

    private static string? Text(JsonDocument line, string name) => line.RootElement.GetProperty(name).GetString();

    private string At(string name) => Path.Combine(_folder, name);
}
