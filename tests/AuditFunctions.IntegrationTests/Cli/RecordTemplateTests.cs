using System.IO.Compression;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Cli;

/// <summary><c>auditfn templates record</c>: what a vendor answered becomes a contract that its template keeps, without a secret.</summary>
public sealed class RecordTemplateTests
{
    private const string Secret = "s3cr3t-client-value";
    private const string Token = "eyJ0b2tlbi1vZi10aGUtc2Vzc2lvbg";
    private const string Template = """
        name: acme-audit
        parameters:
          workspace: { description: Workspace., example: north }
          secret: { description: Secret., secret: true }
        baseUrl: https://api.acme.example/rest
        auth: { scheme: oauth2, tokenUrl: /oauth/token, clientId: app, clientSecret: "{secret}" }
        request:
          path: /v1/{workspace}/audit
          query: { since: "{from}", until: "{to}", stamp: "{now:unix-ms}", request: "{uuid}" }
        paging: { kind: next-url, path: next }
        events: { path: data }
        id: id
        time: at
        """;

    [Fact]
    public async Task What_was_recorded_holds_no_secret_and_passes_the_test()
    {
        await using var vendor = await VendorAsync();
        using var run = Run();
        var recorded = await run.DoneAsync([.. Record(vendor), "--hide-people"]);
        Assert.Equal("acme.contract.yaml: 3 requests, 3 events\n", recorded.Output);
        Assert.Contains("Its events are real data.", recorded.Error, StringComparison.Ordinal);

        var text = await File.ReadAllTextAsync(Path.Combine(run.Folder, "acme.contract.yaml"));
        foreach (var hidden in new[] { Secret, Token, "second-t0ken-value", "ada@acme.example", "203.0.113.9", vendor.BaseUrl, "c2VjcmV0", "c2lnbmF0dXJl", "list-passw0rd" })
        {
            Assert.DoesNotContain(hidden, text, StringComparison.Ordinal);
        }

        Assert.Contains("?sp=r&sig=(secret)&n=1", text, StringComparison.Ordinal);
        Assert.Contains("REAL DATA", text, StringComparison.Ordinal);
        Assert.Contains("events: [\"a\", \"b\", \"c\"]", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split("person-1@example.com").Length - 1);
        Assert.Contains("\"workspace\": \"north\"", text, StringComparison.Ordinal);
        Assert.Contains("GET /v1/north/audit?", (await run.DoneAsync("templates", "test", "acme.contract.yaml")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fewer_pages_than_there_are_end_with_more_follow()
    {
        await using var vendor = await VendorAsync();
        using var run = Run();
        Assert.True((await run.DoneAsync([.. Record(vendor), "--pages", "1", "--out", "one.contract.yaml", "--json"])).Json.GetProperty("kept").GetBoolean());
        var text = await File.ReadAllTextAsync(Path.Combine(run.Folder, "one.contract.yaml"));
        Assert.Contains("ends: \"more\"", text, StringComparison.Ordinal);
        Assert.Contains("ada@acme.example", text, StringComparison.Ordinal);
        await run.DoneAsync("templates", "test", "one.contract.yaml", "--template", "acme.yaml");
    }

    [Theory]
    [InlineData("--pages", "0", 2, "--pages must be a number from 1 to 20.")]
    [InlineData("--set", "workspace", 2, "--set: write it as column=value")]
    [InlineData("--set", "colour=red", 1, "--set colour: is no parameter")]
    [InlineData("--set", "secret=secret:nowhere", 1, "The secret 'secret:nowhere' is not set")]
    [InlineData("--set", "proxy=http://127.0.0.1:1", 1, "Nothing was recorded: ")]
    [InlineData("--set", "workspace=wide", 1, "An answer is larger than 1024 KB")]
    [InlineData("--out", "acme.yaml", 1, "The file 'acme.yaml' exists already; nothing was written.")]
    public async Task What_cannot_be_recorded_says_why_and_writes_nothing(string option, string value, int code, string message)
    {
        await using var vendor = await VendorAsync();
        using var run = Run();
        var result = await run.RunAsync([.. Record(vendor), option, value]);
        Assert.Equal(code, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(["acme.yaml"], Directory.GetFiles(run.Folder).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("template: acme-audit", "acme-audit")]
    [InlineData("template: acme-audit\n    definition: '{ request: { query: { extra: \"1\" } }, auth: { clientId: other } }'", "acme-audit")]
    [InlineData("template: acme-audit\n    ca: secret:authorities", "acme-audit")]
    [InlineData("definition: |-$", "acme")]
    public async Task A_source_of_the_installation_is_recorded_as_its_row_says(string says, string template)
    {
        await using var vendor = await VendorAsync();
        using var run = await CliRun.OnStorageAsync();
        run.Set("AUDIT_SECRET_ACME", Secret);
        run.Set("AUDIT_SECRET_AUTHORITIES", Authority());
        run.Time = new ManualTime("2026-01-31T10:00:00Z");
        run.Write("acme-audit.yaml", Template);
        var whole = "\n" + string.Join('\n', Template.Split('\n').Skip(1).Select(line => $"      {line}"));
        run.Write("rows.yaml", "destinations:\n  - { name: siem, type: stdout }\nsources:\n  - name: acme\n"
            + $"    {says.Replace("$", whole, StringComparison.Ordinal)}\n    workspace: north\n    secret: secret:acme\n    destination: siem\n    interval: 10m\n    baseUrl: {vendor.BaseUrl}/rest\n");
        await run.DoneAsync("templates", "add", "acme-audit.yaml");
        await run.DoneAsync("apply", "rows.yaml");
        File.Delete(Path.Combine(run.Folder, "acme-audit.yaml"));

        var recorded = await run.DoneAsync("templates", "record", "acme");

        Assert.Equal($"{template}.contract.yaml: 3 requests, 3 events\n", recorded.Output);
        Assert.Contains($"The template was written to {template}.yaml, beside its contract.", recorded.Error, StringComparison.Ordinal);
        var text = await File.ReadAllTextAsync(Path.Combine(run.Folder, $"{template}.contract.yaml"));
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        Assert.DoesNotContain(vendor.BaseUrl, text, StringComparison.Ordinal);
        Assert.Equal(says.Contains("extra", StringComparison.Ordinal), text.Contains("\"extra\": \"1\"", StringComparison.Ordinal));
        await run.DoneAsync("templates", "test", $"{template}.contract.yaml");
    }

    [Fact]
    public async Task What_is_a_template_and_a_source_is_told_apart_and_a_gzip_file_is_kept_unpacked()
    {
        await using var vendor = await VendorAsync();
        using var run = await CliRun.OnStorageAsync();
        run.Set("AUDIT_SECRET_ACME", Secret);
        run.Time = new ManualTime("2026-01-31T10:00:00Z");
        run.Write("acme-audit.yaml", Template.Replace("events: { path: data }", "events: { path: data, compression: gzip }", StringComparison.Ordinal));
        run.Write("rows.yaml", $"""
            destinations:
              - {"{ name: siem, type: stdout }"}
            sources:
              - name: acme-audit
                template: acme-audit
                workspace: packed
                secret: secret:acme
                destination: siem
                baseUrl: {vendor.BaseUrl}/rest
            """);
        await run.DoneAsync("templates", "add", "acme-audit.yaml");
        await run.DoneAsync("apply", "rows.yaml");
        File.Delete(Path.Combine(run.Folder, "acme-audit.yaml"));

        var alone = await run.RunAsync("templates", "record", "acme-audit");
        Assert.Contains("--set workspace: ", alone.Error, StringComparison.Ordinal);
        await run.DoneAsync("templates", "record", "acme-audit", "--source");
        Assert.Contains("\"compression\": \"none\"", await File.ReadAllTextAsync(Path.Combine(run.Folder, "acme-audit.contract.yaml")), StringComparison.Ordinal);
        await run.DoneAsync("templates", "test", "acme-audit.contract.yaml");
        Assert.Contains("There is no template or source 'nothing'.", (await run.RunAsync("templates", "record", "nothing")).Error, StringComparison.Ordinal);
        Assert.Contains("There is no source 'nothing'; sources: acme-audit.", (await run.RunAsync("templates", "record", "nothing", "--source")).Error, StringComparison.Ordinal);
    }

    private static string Authority()
    {
        using var key = RSA.Create(2048);
        return new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(90)).ExportCertificatePem();
    }

    private static CliRun Run()
    {
        var run = CliRun.Offline(("AUDIT_SECRET_ACME", Secret));
        run.Time = new ManualTime("2026-01-31T10:00:00Z");
        run.Write("acme.yaml", Template);
        return run;
    }

    private static string[] Record(ScriptedVendor vendor) =>
        ["templates", "record", "acme.yaml", "--set", "workspace=north", "--set", "secret=secret:acme", "--set", $"baseUrl={vendor.BaseUrl}/rest"];

    private static Task<ScriptedVendor> VendorAsync()
    {
        var own = "";
        return StartAsync();

        async Task<ScriptedVendor> StartAsync()
        {
            var vendor = await ScriptedVendor.StartAsync(call => Answer(call, own), CliRun.Patience);
            own = vendor.BaseUrl;
            return vendor;
        }
    }

    private static ScriptedAnswer Answer(ScriptedCall call, string own)
    {
        if (call.Target == "/rest/oauth/token")
        {
            return call.Body.Contains(Secret, StringComparison.Ordinal)
                ? Json(new { access_token = Token, refresh_token = "second-t0ken-value", expires_in = 3600, token_type = "Bearer" })
                : new(401, "", []);
        }

        if (call.Headers.GetValueOrDefault("Authorization") != $"Bearer {Token}")
        {
            return new(401, "", []);
        }

        object[] events = call.Target.Contains("page=2", StringComparison.Ordinal)
            ? [new { id = "c", at = "2026-01-31T09:00:00Z", actor = "ada@acme.example", ip = "203.0.113.9", echo = Token, file = "https://files.acme.example/x?sp=r&sig=c2lnbmF0dXJl%2Bvalue&n=1", password = new[] { "list-passw0rd" } }]
            : [new { id = "a", at = "2026-01-31T08:00:00Z", actor = "ada@acme.example" }, new { id = "b", at = "2026-01-31T08:30:00Z", actor = "bo@acme.example" }];
        return call.Target.Contains("/packed/", StringComparison.Ordinal) ? new(200, "", []) { Bytes = Gzip(JsonSerializer.Serialize(new { data = events })) }
            : call.Target.Contains("/wide/", StringComparison.Ordinal) ? new(200, $"{{\"data\":[],\"x\":\"{new string('x', 1_100_000)}\"}}", [])
            : Json(new { data = events, next = call.Target.Contains("page=2", StringComparison.Ordinal) ? null : $"{own}/rest/v1/north/audit?page=2" });
    }

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    private static ScriptedAnswer Json(object body) => new(200, JsonSerializer.Serialize(body), [new("Set-Cookie", "sid=c2VjcmV0")]);
}
