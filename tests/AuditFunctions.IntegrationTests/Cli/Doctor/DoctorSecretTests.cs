using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Azure;
using Azure.Data.Tables;

namespace AuditFunctions.Tests.Cli.Doctor;

/// <summary>Secrets that cannot be mistaken for anything else are planted; whatever fails, <c>auditfn doctor</c> shows none.</summary>
public sealed class DoctorSecretTests
{
    private const string Mark = "PLANTED";
    private const string AzuriteKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq";

    [Fact]
    public async Task Whatever_fails_no_secret_is_shown()
    {
        await using var doctor = await DoctorRun.StartAsync();
        var run = doctor.Run;
        run.Set("AUDIT_SECRET_VENDOR", Mark + "-vendor");
        run.Set("AUDIT_SECRET_SIEM", Mark + "-siem");
        run.Set("AUDIT_SECRET_BROKEN", Mark + "-with\nline-break");
        run.Set("AUDIT_SECRET_NOBASE", $"whsec_%{Mark}-no-base64");
        var storage = run.Storage;
        var vendor = doctor.Vendor.BaseUrl.AbsoluteUri.TrimEnd('/');

        // People type secrets into the wrong columns, into addresses and into definitions.
        TableEntity[] rows =
        [
            new("source", "typed") { ["Template"] = "okta-system-log", ["Domain"] = "acme.okta.com", ["Token"] = Mark + "-typed", ["Destination"] = "splunk" },
            new("source", "address") { ["Template"] = "okta-system-log", ["Domain"] = "acme.okta.com", ["BaseUrl"] = $"https://jane:{Mark}-url@acme.example", ["Token"] = "secret:vendor", ["Destination"] = "splunk" },
            new("source", "defined") { ["Definition"] = $"request: {Mark}-definition", ["Destination"] = "splunk" },
            new("source", "broken") { ["Template"] = "okta-system-log", ["Domain"] = "acme.okta.com", ["BaseUrl"] = vendor, ["Token"] = "secret:broken", ["Destination"] = "splunk", ["Since"] = "2026-01-01T00:00:00Z" },
        ];
        foreach (var row in rows)
        {
            await storage.Sources.AddEntityAsync(row);
        }

        await storage.Destinations.AddEntityAsync(new TableEntity("destination", "signed") { ["Type"] = "http", ["Url"] = doctor.Siem.BaseUrl.AbsoluteUri + "ingest", ["Auth"] = "hmac", ["Secret"] = "secret:nobase" });
        await storage.Destinations.AddEntityAsync(new TableEntity("destination", "typed") { ["Type"] = "splunk-hec", ["Url"] = $"https://jane:{Mark}-url@siem.example", ["Token"] = Mark + "-typed" });
        doctor.Siem.Faults.Next(10, new Fault.Status(403, Body: $$"""{"text":"Invalid token {{Mark}}-siem","code":4}"""));

        var said = new List<string>();
        foreach (var options in new[] { "--send-test-event", "--send-test-event --json" })
        {
            var result = await run.RunAsync(["doctor", .. options.Split(' ')]);
            Assert.Equal(1, result.ExitCode);
            said.AddRange([result.Output, result.Error]);
        }

        var hooks = new RelayHooks { Before = (call, _) => ValueTask.FromResult(call.Target == "queue" ? StorageAnswers.Error(403, "AuthenticationFailed", $"Signature {Mark} did not match") : RelayVerdict.Passed) };
        await using var relays = await StorageRelays.StartAsync(await SharedAzurite.GetAsync(), new RelayCounter(), hooks, CliRun.Patience);
        run.Set("AzureWebJobsStorage", relays.ConnectionString);
        var refused = await run.RunAsync("doctor");
        said.AddRange([refused.Output, refused.Error]);

        var all = string.Join('\n', said);
        foreach (var name in new[] { "'typed'", "'address'", "'defined'", "'broken'", "'signed'", "403 AuthenticationFailed", "HTTP 403, code 4: Invalid token ***" })
        {
            Assert.Contains(name, all, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(Mark, all, StringComparison.Ordinal);
        Assert.DoesNotContain(AzuriteKey, all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "read -rs AUDIT_SECRET_OKTA_PROD && export AUDIT_SECRET_OKTA_PROD")]
    [InlineData("https://kv-7x.vault.azure.net/", "az keyvault secret set --vault-name kv-7x --name okta-prod --file /dev/stdin --encoding utf-8 --output none")]
    public void A_secret_is_stored_without_showing_it(string? vault, string command) =>
        Assert.Equal(command, AuditFunctions.Operations.Doctor.Checks.SecretMeaning.Store(vault is null ? null : new Uri(vault), new SecretName("okta-prod")));

    /// <summary>A version that is stored without tags has none, and could be sent anywhere.</summary>
    [Theory]
    [InlineData("acme.okta.com", " --tags allowedHosts=acme.okta.com")]
    [InlineData("*.okta.com siem.acme.example:8088", " --tags allowedHosts='*.okta.com, siem.acme.example:8088'")]
    [InlineData("", "")]
    public void A_secret_that_is_stored_anew_keeps_its_hosts(string hosts, string tags)
    {
        var name = new SecretName("okta-prod");
        var vault = new Uri("https://kv-7x.vault.azure.net/");
        var bare = AuditFunctions.Operations.Doctor.Checks.SecretMeaning.Store(vault, name);

        Assert.Equal(bare + tags, AuditFunctions.Operations.Doctor.Checks.SecretMeaning.Store(vault, name, SecretHosts.Parse(hosts)));
        Assert.Equal(bare, AuditFunctions.Operations.Doctor.Checks.SecretMeaning.Store(vault, name, SecretHosts.None));
    }
}
