using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.EndToEnd;

/// <summary>
/// A real <c>auditfn run</c> over sources whose processors hide what events say, in all shapes that events have and with every policy for failures: whoever
/// reads SIEM, files, tables, queues, blobs, console and telemetry afterwards finds it nowhere.
/// </summary>
public sealed class PrivacyReadingTests
{
    private const string Word = "plantedqz";
    private const string Mail = Word + "@acme.example";
    private const string Number = "99887766554433221";

    private const string List = """
                - { action: script, when: { path: throws, exists: true }, code: 'function process(event) { throw new Error(event.mail + JSON.stringify(event)) }' }
                - { action: parse, paths: [text], as: json }
                - { action: lift, path: wrap }
                - { action: convert, paths: [user, mail], to: lower }
                - { action: convert, paths: [when, hidden_number], to: number }
                - { action: set, fields: { "mail.inner": 1 }, when: { path: throws, exists: true } }
                - { action: timestamp, paths: [when] }
                - { action: redact, paths: [mail, time, text, "**.hidden*", "list[*][0]", number] }
                - { action: redact, patterns: [email] }
                - { action: pseudonymise, paths: [user, "users[*]"], key: secret:hides }
                - { action: dedupe, paths: [user, id], within: 1h }
                - { action: encrypt-subject, subject: owner, paths: [owner, owned], key: secret:hides }
                - { action: remove, paths: [gone, "*_gone", when] }
                - { action: truncate, paths: [long], characters: 4 }
                - { action: lookup, path: plain, into: found.hiddenStaff, file: staff.csv, key: plain, column: who }
                - { action: redact, paths: ["found.*"] }
            """;

    private static readonly string[] Shapes =
    [
        """{"id":"1",TIME,"mail":"WORD","a":{"hidden":"WORD","b":[{"hiddenToo":{"x":"WORD"}}]},"plain":"p"}""",
        """{"id":"2",TIME,"mail":"pl\u0061ntedqz","\u006dail":"WORD","a":{"hi\u0064den":"\u0070lantedqz \ud83d\ude00"},"plain":"p"}""",
        """{"id":"3",TIME,"list":[["WORD",1],["pl\u0061ntedqz"]],"users":["WORD",{"x":"WORD"},["WORD"]],"number":NUMBER,"hidden_number":NUMBER }""",
        """{"id":"4",TIME,"MAIL":1,"pl\u0061ntedqz@acme.example":{"MAIL":["x MAIL y"]},"text":"{\"a\":\"MAIL\"}"}""",
        """{"id":"5",TIME,"mail":{"first":"WORD"},"mail":["WORD"],"user":"WORD","user":{"x":"WORD"},"gone":"WORD","x_gone":{"WORD":"WORD"}}""",
        """{"id":"6",TIME,"owner":"WORD","owned":{"x":["WORD",NUMBER],"WORD":null},"long":"1234WORD"}""",
        """{"id":"7",TIME,"throws":1,"mail":"WORD","user":"WORD","text":"no json WORD","when":"WORD"}""",
        """{"id":"MAIL",TIME,"text":"no json WORD"}""",
        """{"id":"9","time":"WORD","mail":"WORD"}""",
        """{"id":"10",TIME,"mail":"WORD","pad":"PAD","user":"WORD"}""",
        """{"id":"broken",TIME,"mail":"WORD","x":nul}""",
        """{"id":"11",TIME,"refuse":"me","mail":"WORD","user":"WORD"}""",
        """{"id":"12",TIME,"note":"{\"m\":\"pl\\u0061ntedqz\\u0040acme.example\",\"n\":\"{\\\"m\\\":\\\"WORD\\\\u0040acme\\\\u002eexample\\\"}\"}"}""",
        """{"id":"13",TIME,"wrap":{"mail":"WORD","hidden":{"x":"WORD"},"user":"WORD","x_gone":"WORD"},"mail":"WORD"}""",
        """["MAIL"]""",
    ];

    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;

    [Fact]
    public async Task Nothing_that_processors_hide_stands_anywhere_after_a_run()
    {
        await using var vendor = await ScriptedServer.StartAsync(request => Answer());
        await using var collector = await ScriptedServer.StartAsync(_ => new(200, ""));
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions { KeepEvents = true }, Patience);
        siem.Refuse("11", EventRefusal.Unnamed);
        var files = Directory.CreateTempSubdirectory("auditfn-privacy").FullName;
        await using var installation = await Installation.CreateAsync(("AUDIT_SECRET_HIDES", "a key that hides what events say"), ("Shipping:FileFolder", files));
        await installation.Storage.Lookups.CreateIfNotExistsAsync();
        await installation.Storage.Lookups.UploadBlobAsync("staff.csv", BinaryData.FromString($"plain,who\np,{Word} of staff\n"));
        await installation.AddSplunkAsync("splunk", siem.BaseUrl);
        await installation.AddDestinationAsync("files", ("type", "file"), ("folder", "out"));
        await installation.AddDestinationAsync("small", ("type", "http"), ("url", new Uri(siem.BaseUrl, "ingest").AbsoluteUri), ("auth", "bearer"), ("token", "secret:siem"), ("maxBodyBytes", "1000"));
        foreach (var policy in (string[])["pass", "dead-letter", "drop"])
        {
            await installation.AddSourceAsync(
                policy,
                ("destination", "splunk, files, small"),
                ("definition", Source(vendor.BaseUrl, $"processors:\n  onError: {policy}\n  list:\n{List}")));
        }

        await installation.AddSourceAsync(
            "routed",
            ("destination", "splunk, files"),
            ("definition", Source(vendor.BaseUrl, $"routes:\n  splunk:\n{List}\n  files:\n{List}")));
        KeyValuePair<string, string?>[] environment =
        [
            .. installation.Environment, new("OTEL_EXPORTER_OTLP_ENDPOINT", collector.BaseUrl), new("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), new("Logging__LogLevel__Default", "Trace"),
        ];
        var everything = new List<string>(await RunAsync(environment));
        everything.AddRange(await StorageDump.OfAsync(installation.Storage));

        string[] arrived = [.. siem.RawEvents.Select(Encoding.UTF8.GetString)];
        everything.AddRange(arrived);
        everything.AddRange(Directory.EnumerateFiles(files, "*", SearchOption.AllDirectories).Select(File.ReadAllText));
        everything.AddRange(collector.Requests.Select(request => request.PathAndQuery + Encoding.Latin1.GetString(Inflated(request.Bytes))));
        Directory.Delete(files, recursive: true);

        // The file of the lookup holds it, and nothing else does.
        Assert.Empty(everything.Where(text => !text.StartsWith("staff.csv ", StringComparison.Ordinal)).SelectMany(Leaks).Distinct());
        Assert.Contains(everything, text => text.StartsWith("staff.csv ", StringComparison.Ordinal) && Leaks(text).Any());

        // It is no empty reading: each kind of event arrived, or is a dead letter, and the collector heard of it.
        foreach (var sign in (string[])["[redacted]", "\"user\":\"1:", "enc:v1:1:", "1234…", "hiddenStaff"])
        {
            Assert.Contains(arrived, text => text.Contains(sign, StringComparison.Ordinal));
        }

        Assert.Contains(everything, text => text.Contains("a processor failed on the event", StringComparison.Ordinal));
        Assert.Contains(everything, text => text.Contains("auditfunctions_withheld", StringComparison.Ordinal));
        Assert.True(collector.Requests.Count(request => request.PathAndQuery is "/v1/logs" or "/v1/metrics" or "/v1/traces") >= 3);
    }

    /// <summary>The control: each way of writing it is found.</summary>
    [Fact]
    public void Test_would_notice_every_way_of_writing_it()
    {
        foreach (var text in (string[])
        [
            $"x{Word}y", $"x{Word.ToUpperInvariant()}", "pl\\u0061ntedqz", "pl%61ntedqz", $"n={Number}", Convert.ToBase64String(Encoding.UTF8.GetBytes($"a{Word}b")), Convert.ToBase64String(Encoding.UTF8.GetBytes($"ab{Word}b")),
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"abc{Word}b")), Convert.ToHexString(Encoding.UTF8.GetBytes(Word)), Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(Word)),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Word))), Encoding.Latin1.GetString(SHA256.HashData(Encoding.UTF8.GetBytes(Mail))), Convert.ToBase64String(Gzip($"x {Word} y {Mail}")),
        ])
        {
            Assert.True(Leaks(text).Any(), text);
        }
    }

    private static async Task<string[]> RunAsync(IEnumerable<KeyValuePair<string, string?>> environment)
    {
        await using var process = AuditfnProcess.Start(environment, "run", "--until-idle", "--json");
        var (exitCode, output, error) = await process.EndAsync(Patience);
        Assert.True(exitCode is 0 or 1, error);
        return [output, error];
    }

    private static string Source(string vendor, string more) => $$"""
        baseUrl: {{vendor}}
        request: { path: /events, query: { from: "{from}" } }
        paging: { kind: none }
        events: { path: data }
        id: id
        time: time
        {{more}}
        """;

    private static ScriptedServer.Reply Answer()
    {
        var time = $"\"time\":\"{DateTimeOffset.UtcNow.AddMinutes(-10).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}\"";
        return new(200, $$"""{"data":[{{string.Join(',', Shapes.Select(shape => Written(shape).Replace("TIME", time, StringComparison.Ordinal)))}}]}""");
    }

    private static string Written(string shape) =>
        shape.Replace("WORD", Word, StringComparison.Ordinal).Replace("MAIL", Mail, StringComparison.Ordinal).Replace("NUMBER", Number, StringComparison.Ordinal).Replace("PAD", new string('x', 3_000), StringComparison.Ordinal);


    /// <summary>The ways in which a text says something that was planted.</summary>
    private static IEnumerable<string> Leaks(string text)
    {
        foreach (var (how, sign) in Signs)
        {
            if (text.Contains(sign, how.Contains("exact", StringComparison.Ordinal) ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase))
            {
                var at = text.IndexOf(sign, StringComparison.OrdinalIgnoreCase);
                yield return $"{how}: {text[Math.Max(0, at - 100)..Math.Min(text.Length, at + 100)]}";
            }
        }

        // Escapes, of JSON and of URLs; what is base64, compressed or not.
        if (text.Contains("\\u00", StringComparison.Ordinal) || text.Contains('%', StringComparison.Ordinal))
        {
            var plain = Uri.UnescapeDataString(System.Text.RegularExpressions.Regex.Replace(text, @"\\u00(?<hex>[0-9a-fA-F]{2})", "%${hex}", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10)));
            foreach (var found in plain == text ? [] : Leaks(plain).ToArray())
            {
                yield return "escaped, " + found;
            }
        }

        foreach (var run in text.Split([.. " \t\r\n\"',:;{}[]()<>"], StringSplitOptions.RemoveEmptyEntries).Where(run => run.Length is > 20 and < 100_000 && run.Length % 4 == 0 && run.StartsWith("H4sI", StringComparison.Ordinal)))
        {
            var bytes = new byte[run.Length];
            foreach (var found in Convert.TryFromBase64String(run, bytes, out var length) ? Leaks(Encoding.Latin1.GetString(Inflated(bytes[..length]))).ToArray() : [])
            {
                yield return "compressed, " + found;
            }
        }
    }

    private static readonly (string How, string Sign)[] Signs =
    [
        .. new[] { Word, Number }.SelectMany(Ways),
        .. new[] { Mail }.SelectMany(Ways).Where(way => way.How.StartsWith("hash", StringComparison.Ordinal)),
    ];

    private static IEnumerable<(string How, string Sign)> Ways(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        yield return ("plain", value);
        yield return ("backwards", new string([.. value.Reverse()]));
        yield return ("hex", Convert.ToHexString(bytes));
        yield return ("UTF-16", Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(value)));
        for (var at = 0; at < 3; at++)
        {
            // What stays of it whatever stands around it.
            var whole = Convert.ToBase64String([.. new byte[at], .. bytes]);
            var inner = whole[(at == 0 ? 0 : at + 1)..].TrimEnd('=')[..^2];
            yield return ("base64, exact", inner);
            yield return ("base64url, exact", inner.Replace('+', '-').Replace('/', '_'));
        }

        foreach (var hash in new[] { SHA256.HashData(bytes), SHA512.HashData(bytes) })
        {
            yield return ("hash, hex", Convert.ToHexString(hash.AsSpan(0, 16)));
            yield return ("hash, base64, exact", Convert.ToBase64String(hash)[..20]);
            yield return ("hash, bytes, exact", Encoding.Latin1.GetString(hash.AsSpan(0, 16)));
        }
    }

    private static byte[] Inflated(byte[] bytes)
    {
        if (bytes is not [0x1f, 0x8b, ..])
        {
            return bytes;
        }

        using var inflated = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        gzip.CopyTo(inflated);
        return inflated.ToArray();
    }

    private static byte[] Gzip(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }
}
