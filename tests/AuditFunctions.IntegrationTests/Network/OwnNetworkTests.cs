using AuditFunctions.Sandbox;
using AuditFunctions.Tests.EndToEnd;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Network;

/// <summary>Sources and destinations with a way out of their own: certificate authorities, client certificates, proxies, IPv6.</summary>
public sealed class OwnNetworkTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task A_private_authority_and_a_client_certificate_let_events_through_on_both_sides()
    {
        await using var stage = await StageAsync();
        await using var vendor = Front(stage.Vendor.BaseUrl, asksForCertificate: true);
        await using var siem = Front(stage.Siem.BaseUrl, asksForCertificate: true);
        await AddAsync(stage, $"https://localhost:{vendor.Port}", ("ca", "secret:ca"), ("clientCertificate", "secret:client"));
        await AddDestinationAsync(stage, $"https://localhost:{siem.Port}", ("ca", "secret:ca"), ("certificate", "secret:client"));

        await stage.Harness.FetchAndShipAsync(Stage.Source);

        stage.AssertAllOnce();
        Assert.Equal(["CN=client"], vendor.Seen.Distinct());
        Assert.Equal(["CN=client"], siem.Seen.Distinct());
    }

    [Fact]
    public async Task Without_them_nothing_goes_out_and_the_reason_is_told()
    {
        await using var stage = await StageAsync();
        await using var vendor = Front(stage.Vendor.BaseUrl);
        await using var siem = Front(stage.Siem.BaseUrl);
        await AddAsync(stage, $"https://localhost:{vendor.Port}");
        await stage.Harness.FetchAsync(Stage.Source);
        Assert.Contains($"the certificate of localhost:{vendor.Port} is not signed by an authority that is trusted here", (await stage.Harness.CheckpointAsync(Stage.Source)).Status.LastError, StringComparison.Ordinal);

        await AddAsync(stage, $"https://localhost:{vendor.Port}", ("ca", "secret:ca"));
        await AddDestinationAsync(stage, $"https://localhost:{siem.Port}");
        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal(0, stage.Siem.Received);
        Assert.Contains(stage.Harness.Log.Lines, line => line.Contains($"the certificate of localhost:{siem.Port} is not signed by an authority that is trusted here", StringComparison.Ordinal));
    }

    /// <summary>A key in a wrong form is told by its column, and never shown.</summary>
    [Fact]
    public async Task A_secret_that_is_no_certificate_is_refused_by_its_column()
    {
        await using var stage = await StageAsync();
        await using var vendor = Front(stage.Vendor.BaseUrl);
        await using var siem = Front(stage.Siem.BaseUrl);
        stage.Harness.Configuration["AUDIT_SECRET_ODD"] = "n0-c3rtificate";
        await AddAsync(stage, $"https://localhost:{vendor.Port}", ("ca", "secret:ca"), ("clientCertificate", "secret:odd"));
        await stage.Harness.FetchAsync(Stage.Source);
        Assert.Contains("column ca or clientCertificate is not in PEM", (await stage.Harness.CheckpointAsync(Stage.Source)).Status.LastError, StringComparison.Ordinal);

        await AddAsync(stage, $"https://localhost:{vendor.Port}", ("ca", "secret:ca"));
        await AddDestinationAsync(stage, $"https://localhost:{siem.Port}", ("ca", "secret:odd"));
        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Contains(stage.Harness.Log.Lines, line => line.Contains("column ca or certificate is not in PEM", StringComparison.Ordinal));
        Assert.DoesNotContain(stage.Harness.Log.Lines, line => line.Contains("n0-c3rtificate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rotated_certificate_is_taken_up_without_a_restart()
    {
        await using var stage = await StageAsync();
        await using var siem = Front(stage.Siem.BaseUrl, asksForCertificate: true);
        using var stranger = new TestCertificates();
        stage.Harness.Configuration["AUDIT_SECRET_CLIENT"] = TestCertificates.Pem(stranger.Client);
        await AddDestinationAsync(stage, $"https://localhost:{siem.Port}", ("ca", "secret:ca"), ("certificate", "secret:client"));
        await stage.Harness.FetchAsync(Stage.Source);
        var messages = await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue);
        await stage.Harness.ShipAsync(messages);
        Assert.Equal(0, stage.Siem.Received);

        stage.Harness.Configuration["AUDIT_SECRET_CLIENT"] = TestCertificates.Pem(_certificates.Client);
        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        await stage.Harness.ShipAsync(messages);
        stage.AssertAllOnce();
    }

    /// <summary>The names of vendor and SIEM are known to the proxy only; it asks for a password.</summary>
    [Fact]
    public async Task A_proxy_takes_requests_of_both_sides_with_its_own_password()
    {
        await using var stage = await StageAsync();
        using var vendorCertificate = _certificates.Issue("vendor.example", 3);
        using var siemCertificate = _certificates.Issue("siem.example", 4);
        await using var vendor = LoopbackFront.Start(stage.Vendor.BaseUrl, new() { Certificate = vendorCertificate });
        await using var siem = LoopbackFront.Start(stage.Siem.BaseUrl, new() { Certificate = siemCertificate });
        await using var toVendor = Proxy(vendor, "audit:pr0xy:pass");
        await using var toSiem = Proxy(siem, "audit:pr0xy:pass");
        stage.Harness.Configuration["AUDIT_SECRET_PROXY"] = "audit:pr0xy:pass";
        await AddAsync(stage, "https://vendor.example", ("ca", "secret:ca"), ("proxy", $"http://127.0.0.1:{toVendor.Port}"), ("proxyCredentials", "secret:proxy"));
        await AddDestinationAsync(stage, "https://siem.example", ("ca", "secret:ca"), ("proxy", $"http://127.0.0.1:{toSiem.Port}"), ("proxyCredentials", "secret:proxy"));

        await stage.Harness.FetchAndShipAsync(Stage.Source);

        stage.AssertAllOnce();
        Assert.Contains("CONNECT vendor.example:443 HTTP/1.1", toVendor.Seen);
        Assert.Contains("CONNECT siem.example:443 HTTP/1.1", toSiem.Seen);
        Assert.DoesNotContain(stage.Harness.Log.Lines, line => line.Contains("pr0xy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_password_for_the_proxy_is_told()
    {
        await using var stage = await StageAsync();
        await using var proxy = Proxy(stage.Vendor.BaseUrl, "audit:right");
        stage.Harness.Configuration["AUDIT_SECRET_PROXY"] = "audit:wr0ng";
        await AddAsync(stage, "https://vendor.example", ("proxy", $"http://127.0.0.1:{proxy.Port}"), ("proxyCredentials", "secret:proxy"));
        await stage.Harness.FetchAsync(Stage.Source);
        var told = (await stage.Harness.CheckpointAsync(Stage.Source)).Status.LastError;
        Assert.Contains("the proxy gave no way to vendor.example:443", told, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", told, StringComparison.Ordinal);
        Assert.Equal(0, stage.Vendor.Requests);
    }

    [Fact]
    public async Task Both_sides_are_reached_over_IPv6()
    {
        await using var stage = await StageAsync();
        await using var vendor = LoopbackFront.Start(stage.Vendor.BaseUrl, new() { Listen = System.Net.IPAddress.IPv6Loopback });
        await using var siem = LoopbackFront.Start(stage.Siem.BaseUrl, new() { Listen = System.Net.IPAddress.IPv6Loopback });
        await AddAsync(stage, $"http://[::1]:{vendor.Port}");
        await AddDestinationAsync(stage, $"http://[::1]:{siem.Port}");
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task The_proxy_of_the_environment_is_used_where_a_row_names_none()
    {
        await using var stage = await StageAsync();
        using var certificate = _certificates.Issue("vendor.example", 3);
        await using var vendor = LoopbackFront.Start(stage.Vendor.BaseUrl, new() { Certificate = certificate });
        await using var proxy = LoopbackFront.Start(new Uri($"http://127.0.0.1:{vendor.Port}"), new() { IsProxy = true });
        await using var installation = await Installation.CreateAsync(("AUDIT_SECRET_CA", _certificates.Authority.ExportCertificatePem()));
        await installation.AddDestinationAsync(Stage.Destination, ("type", "splunk-hec"), ("url", stage.Siem.BaseUrl.AbsoluteUri), ("token", "secret:siem"));
        await installation.AddSourceAsync(Stage.Source, stage.GenericColumns("asc", ("url", "https://vendor.example/generic/cursor-body"), ("ca", "secret:ca")));

        await using var run = AuditfnProcess.Start(installation.Environment.Append(new("HTTPS_PROXY", $"http://127.0.0.1:{proxy.Port}")), "run", "--until-idle");
        var (exitCode, output, error) = await run.EndAsync(Stage.Deadline());

        Assert.True(exitCode == 0, output + error);
        stage.AssertAllOnce();
        Assert.Contains("CONNECT vendor.example:443 HTTP/1.1", proxy.Seen);
    }

    /// <summary>A name that anybody may point anywhere must not make the app ask what only it can reach.</summary>
    [Theory]
    [InlineData("https://169.254.169.254", "169.254.169.254 is no address of a vendor, and is never connected to")]
    [InlineData("https://[::ffff:169.254.169.254]", "is no address of a vendor")]
    [InlineData("https://10.255.255.1", "10.255.255.1 is in a private network; if the vendor is yours, whoever runs this app names it in Fetching__PrivateHosts")]
    public async Task A_vendor_at_an_address_that_is_nobodys_is_not_asked(string url, string told)
    {
        await using var stage = await StageAsync();
        await AddAsync(stage, url);
        await stage.Harness.FetchAsync(Stage.Source);
        Assert.Contains(told, (await stage.Harness.CheckpointAsync(Stage.Source)).Status.LastError, StringComparison.Ordinal);
    }

    private static LoopbackFront Proxy(LoopbackFront behind, string credentials) => Proxy(new Uri($"http://127.0.0.1:{behind.Port}"), credentials);

    private static LoopbackFront Proxy(Uri behind, string credentials) => LoopbackFront.Start(behind, new() { IsProxy = true, Credentials = credentials });

    private static Task AddAsync(Stage stage, string baseUrl, params (string Column, string Value)[] more) =>
        stage.Harness.AddSourceAsync(Stage.Source, stage.GenericColumns("asc", [("url", baseUrl + "/generic/cursor-body"), .. more]));

    private static Task AddDestinationAsync(Stage stage, string url, params (string Column, string Value)[] more) =>
        stage.Harness.AddDestinationAsync(Stage.Destination, [("type", "splunk-hec"), ("url", url), ("token", "secret:siem"), .. more]);

    private LoopbackFront Front(Uri server, bool asksForCertificate = false) =>
        LoopbackFront.Start(server, new() { Certificate = _certificates.Server, ClientAuthority = asksForCertificate ? _certificates.Authority : null });

    private async Task<Stage> StageAsync()
    {
        var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 120 });
        stage.Harness.Configuration["AUDIT_SECRET_CA"] = _certificates.Authority.ExportCertificatePem();
        stage.Harness.Configuration["AUDIT_SECRET_CLIENT"] = TestCertificates.Pem(_certificates.Client);
        return stage;
    }
}
