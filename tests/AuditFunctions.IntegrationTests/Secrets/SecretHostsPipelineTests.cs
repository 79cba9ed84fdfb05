using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Secrets;

/// <summary>A secret goes nowhere but to the hosts that whoever keeps it named, whatever a row says.</summary>
public sealed class SecretHostsPipelineTests
{
    private const string Elsewhere = "vault.example";

    [Fact]
    public async Task Secrets_that_name_their_hosts_are_sent_there()
    {
        await using var stage = await StageAsync(("AUDIT_HOSTS_VENDOR", "127.0.0.1, other.example"), ("AUDIT_HOSTS_SIEM", "127.0.0.1"), ("Secrets:RequireHosts", "true"));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.AssertAllOnce();
    }

    [Theory]
    [InlineData(Elsewhere, "its hosts are vault.example")]
    [InlineData("127.0.0.1:1", "its hosts are 127.0.0.1:1")]
    [InlineData("127.0.0.1/x", "cannot be read: '127.0.0.1/x' is no host")]
    public async Task A_vendor_that_a_secret_does_not_name_is_not_asked(string hosts, string told)
    {
        await using var stage = await StageAsync(("AUDIT_HOSTS_VENDOR", hosts));
        await stage.Harness.FetchAsync(Stage.Source);
        var error = (await stage.Harness.CheckpointAsync(Stage.Source)).Status.LastError;
        Assert.Contains("secret:vendor", error, StringComparison.Ordinal);
        Assert.Contains(told, error, StringComparison.Ordinal);
        Assert.Equal(0, stage.Vendor.Requests);
    }

    /// <summary>Events wait, as for any destination that somebody has to mend.</summary>
    [Fact]
    public async Task A_destination_that_a_secret_does_not_name_is_sent_nothing_and_nothing_is_lost()
    {
        await using var stage = await StageAsync(("AUDIT_HOSTS_SIEM", Elsewhere));
        await stage.Harness.FetchAsync(Stage.Source);
        var messages = await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue);
        await stage.Harness.ShipAsync(messages);
        Assert.Equal(0, stage.Siem.Requests);
        Assert.Contains(stage.Harness.Log.Lines, line => line.Contains("The secret 'secret:siem' may not be sent to 127.0.0.1: its hosts are vault.example", StringComparison.Ordinal));

        stage.Harness.Configuration["AUDIT_HOSTS_SIEM"] = "127.0.0.1";
        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        await stage.Harness.ShipAsync(messages);
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Where_hosts_are_required_a_secret_without_them_goes_nowhere()
    {
        await using var stage = await StageAsync(("Secrets:RequireHosts", "true"), ("AUDIT_HOSTS_SIEM", "127.0.0.1"));
        await stage.Harness.FetchAsync(Stage.Source);
        Assert.Contains("it names no hosts", (await stage.Harness.CheckpointAsync(Stage.Source)).Status.LastError, StringComparison.Ordinal);
        Assert.Equal(0, stage.Vendor.Requests);
    }

    /// <summary>A row chooses the address of the token request as well.</summary>
    [Fact]
    public async Task A_token_endpoint_elsewhere_is_not_sent_the_clients_secret()
    {
        await using var tokens = await ScriptedServer.StartAsync(_ => new(200, """{"access_token":"t","expires_in":3600}"""));
        await using var stage = await StageAsync(("AUDIT_HOSTS_VENDOR", "127.0.0.1"));
        (string, string)[] client = [("auth", "oauth2"), ("tokenUrl", tokens.BaseUrl.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) + "/token"), ("clientId", "app"), ("clientSecret", "secret:vendor")];
        await stage.Harness.AddSourceAsync(Stage.Source, [.. stage.GenericColumns("asc", client).Where(column => column.Column != "token")]);

        await stage.Harness.FetchAsync(Stage.Source);

        Assert.Contains("The secret 'secret:vendor' may not be sent to localhost", (await stage.Harness.CheckpointAsync(Stage.Source)).Status.LastError, StringComparison.Ordinal);
        Assert.Empty(tokens.Requests);
        Assert.Equal(0, stage.Vendor.Requests);
    }

    /// <summary>An empty list was written to bound the secret.</summary>
    [Fact]
    public async Task An_empty_list_of_hosts_is_none()
    {
        await using var stage = await StageAsync(("AUDIT_HOSTS_VENDOR", " , "));
        await stage.Harness.FetchAsync(Stage.Source);
        Assert.Contains("it names no hosts", (await stage.Harness.CheckpointAsync(Stage.Source)).Status.LastError, StringComparison.Ordinal);
        Assert.Equal(0, stage.Vendor.Requests);
    }

    /// <summary>A scheme that puts the request into another one may not lead it elsewhere.</summary>
    [Fact]
    public async Task A_signed_envelope_goes_to_the_requests_own_host_only()
    {
        await using var elsewhere = await ScriptedServer.StartAsync(_ => new(200, """{"data":[]}"""));
        await using var stage = await StageAsync(("AUDIT_HOSTS_VENDOR", "127.0.0.1"));
        var definition = $$"""
            baseUrl: {{stage.Vendor.BaseUrl.AbsoluteUri.TrimEnd('/')}}
            parameters: { token: { description: The token., secret: true } }
            auth: { scheme: jws-envelope, tokenId: "{token}", tokenSecret: "{token}", path: "{{elsewhere.BaseUrl.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)}}/" }
            request: { path: /generic/cursor-body }
            events: { path: data }
            time: time
            """;
        await stage.Harness.AddSourceAsync(Stage.Source, ("definition", definition), ("token", "secret:vendor"), ("destination", Stage.Destination));
        await stage.Harness.FetchAsync(Stage.Source);
        Assert.Contains("leads to another host", (await stage.Harness.CheckpointAsync(Stage.Source)).Status.LastError, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    /// <summary>A row names the proxy; its password may be any secret of the vault.</summary>
    [Fact]
    public async Task A_proxy_that_a_secret_does_not_name_is_not_sent_it()
    {
        await using var stage = await StageAsync(("AUDIT_HOSTS_VENDOR", "127.0.0.1"), ("AUDIT_SECRET_OTHER", "user:pass"), ("AUDIT_HOSTS_OTHER", Elsewhere));
        await using var proxy = LoopbackFront.Start(stage.Vendor.BaseUrl, new() { IsProxy = true, Credentials = "user:pass" });
        (string, string)[] through = [("proxy", $"http://127.0.0.1:{proxy.Port}"), ("proxyCredentials", "secret:other")];
        await stage.Harness.AddSourceAsync(Stage.Source, stage.GenericColumns("asc", through));
        await stage.Harness.FetchAsync(Stage.Source);
        Assert.Contains("'secret:other' may not be sent to 127.0.0.1", (await stage.Harness.CheckpointAsync(Stage.Source)).Status.LastError, StringComparison.Ordinal);
        Assert.Empty(proxy.Seen);
    }

    [Theory]
    [InlineData("ca", "-----BEGIN CERTIFICATE-----")]
    [InlineData("clientCertificate", "p4ssword")]
    [InlineData("proxyCredentials", "user:p4ssword")]
    public async Task A_literal_in_a_secret_column_of_every_source_is_refused_and_not_repeated(string column, string literal)
    {
        await using var stage = await StageAsync();
        await stage.Harness.AddSourceAsync(Stage.Source, stage.GenericColumns("asc", (column, literal), ("proxy", "http://proxy.example:3128")));
        var row = (await stage.Harness.Get<DefinitionCache>().SourcesAsync(TimeSpan.Zero, CancellationToken.None))[Stage.Source];
        var problem = Assert.Single(row.Problems);
        Assert.Equal(column, problem.Where);
        Assert.DoesNotContain(literal, problem.ToString(), StringComparison.Ordinal);
    }

    private static async Task<Stage> StageAsync(params (string, string)[] settings) => await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 120 }, "asc", settings);
}
