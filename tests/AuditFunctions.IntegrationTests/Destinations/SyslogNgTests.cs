using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using AuditFunctions.Destinations;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Destinations;

/// <summary>Syslog against syslog-ng itself (package syslog-ng-core, unpacked beside rsyslog): what it writes down is what was sent.</summary>
public sealed class SyslogNgTests : IAsyncLifetime, IDisposable
{
    private const string Root = "/opt/syslog-ng/usr";
    private readonly string _folder = Directory.CreateTempSubdirectory("syslog-ng-").FullName;
    private readonly TestCertificates _certificates = new();
    private readonly int[] _ports = LoopbackPorts.Free(4);
    private Process? _process;

    public async Task InitializeAsync()
    {
        Assert.True(File.Exists($"{Root}/sbin/syslog-ng"), "syslog-ng is not there: unpack syslog-ng-core into /opt/syslog-ng, as .ci/run does.");
        await File.WriteAllTextAsync(At("ca.pem"), _certificates.Authority.ExportCertificatePem());
        await File.WriteAllTextAsync(At("server.pem"), _certificates.Server.ExportCertificatePem());
        await File.WriteAllTextAsync(At("server.key"), _certificates.Server.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var modules = Assert.Single(Directory.GetDirectories($"{Root}/lib/syslog-ng"), folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]));
        var tls = $"tls(key-file(\"{At("server.key")}\") cert-file(\"{At("server.pem")}\") ca-file(\"{At("ca.pem")}\") peer-verify(required-trusted))";
        await File.WriteAllTextAsync(At("syslog-ng.conf"), $$"""
            @version: {{Path.GetFileName(modules)}}
            options { log-msg-size(2000000); keep-hostname(yes); use-dns(no); frac-digits(6); stats-freq(0); };
            source all {
              syslog(ip(127.0.0.1) port({{_ports[0]}}) transport("tcp"));
              network(ip(127.0.0.1) port({{_ports[1]}}) transport("tcp"));
              syslog(ip(127.0.0.1) port({{_ports[2]}}) transport("tls") {{tls}});
              syslog(ip(127.0.0.1) port({{_ports[3]}}) transport("udp"));
            };
            destination out {
              file("{{At("out")}}" template("$(format-json time=$ISODATE host=$HOST app=$PROGRAM pri=$PRI data=$SDATA message=$MSG)\n"));
            };
            log { source(all); destination(out); flags(flow-control); };
            """);
        var libraries = string.Join(':', Directory.GetDirectories($"{Root}/lib", "*-linux-gnu").Append($"{Root}/lib/syslog-ng"));
        string[] arguments = ["-F", "--no-caps", "-f", At("syslog-ng.conf"), "-R", At("persist"), "-p", At("pid"), "-c", At("control"), $"--module-path={modules}"];
        var start = new ProcessStartInfo($"{Root}/sbin/syslog-ng", arguments) { RedirectStandardError = true, UseShellExecute = false };
        start.Environment["LD_LIBRARY_PATH"] = libraries;
        _process = Process.Start(start)!;
        while (!await LoopbackPorts.IsListeningAsync(_ports[0]) || !await LoopbackPorts.IsListeningAsync(_ports[1]) || !await LoopbackPorts.IsListeningAsync(_ports[2]))
        {
            Assert.False(_process.HasExited, $"syslog-ng stopped: {(_process.HasExited ? await _process.StandardError.ReadToEndAsync() : "")}");
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
        (string Column, string Value)[][] ways =
        [
            [("address", $"127.0.0.1:{_ports[0]}"), ("transport", "tcp")],
            [("address", $"127.0.0.1:{_ports[1]}"), ("transport", "tcp"), ("framing", "lf"), ("header", "rfc3164")],
            [("address", $"127.0.0.1:{_ports[2]}"), ("transport", "tls"), ("serverName", "localhost"), ("ca", "secret:ca"), ("certificate", "secret:cert")],
            [("address", $"127.0.0.1:{_ports[3]}"), ("transport", "udp")],
        ];
        var written = 0;
        foreach (var way in ways)
        {
            var isDatagram = way[1].Value == "udp";
            var destination = DestinationConformanceTests.Define([("type", "syslog"), .. way, ("maxMessageBytes", isDatagram ? "60000" : "1500000"), ("maxBodyBytes", "5000000")]);
            (string Bytes, string Id, DateTimeOffset? Time)[] events = isDatagram
                ? [.. KindStage.Events]
                : [.. KindStage.Events, ($"{{\"pad\":\"{new string('é', 400_000)}\"}}", "large", null), .. Enumerable.Range(0, 2_000).Select(at => ($"{{\"n\":{at}}}", $"n{at}", (DateTimeOffset?)null))];
            var result = await stage.Client.DeliverAsync(destination, stage.Body(destination, events), Stage.Deadline());
            Assert.True(result is SendResult.Accepted, $"{way[1].Value}: {result}");
            var lines = await LinesAsync(written, events.Length);
            written += events.Length;
            Assert.Equal(events.Select(sent => sent.Bytes.Replace('\n', ' ').Replace('\r', ' ')), lines.Select(line => Text(line, "message")));
            Assert.All(lines, line => Assert.Equal(("acme", "auditfunctions", "110"), (Text(line, "host"), Text(line, "app"), Text(line, "pri"))));
            if (way.All(column => column.Value != "rfc3164"))
            {
                Assert.Equal("[auditfunctions@32473 source=\"acme\" partition=\"eu-1\" id=\"2\" template=\"acme-sign\" vendor=\"Acme \\\"Sign\\\" é\" fetched=\"2026-01-31T10:00:00.1234567Z\"]", Text(lines[1], "data"));
                Assert.Equal("2026-01-31T09:59:01.123456+00:00", Text(lines[0], "time"));
            }

            lines.ForEach(line => line.Dispose());
        }

        // Without a certificate of its authority nobody is let in, and nothing counts as delivered.
        var stranger = DestinationConformanceTests.Define(("type", "syslog"), ("address", $"127.0.0.1:{_ports[2]}"), ("transport", "tls"), ("serverName", "localhost"), ("ca", "secret:ca"));
        Assert.IsType<SendResult.Retry>(await stage.SendAsync(stranger));
    }

    private async Task<List<JsonDocument>> LinesAsync(int before, int count)
    {
        await Stage.UntilAsync(() => File.Exists(At("out")) && File.ReadAllBytes(At("out")) is { Length: > 0 } bytes && bytes.Count(c => c == '\n') >= before + count && bytes[^1] == '\n');
        var text = await File.ReadAllTextAsync(At("out"), Encoding.UTF8, Stage.Deadline());
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(before).Select(line => JsonDocument.Parse(line))];
    }

    private static string? Text(JsonDocument line, string name) => line.RootElement.GetProperty(name).GetString();

    private string At(string name) => Path.Combine(_folder, name);
}
