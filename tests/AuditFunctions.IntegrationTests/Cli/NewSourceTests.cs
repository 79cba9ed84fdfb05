using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Cli;

/// <summary><c>auditfn sources new</c></summary>
public sealed class NewSourceTests
{
    private const string Destination = "destinations:\n  - name: splunk\n    type: splunk-hec\n    url: https://splunk.acme.example:8088\n    token: secret:siem\n";

    private static Task<SandboxVendor> VendorAsync() =>
        SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 25, StartAt = DateTimeOffset.UtcNow.AddDays(-1) }, CliRun.Patience);

    private static string Address(SandboxVendor vendor) => vendor.BaseUrl.AbsoluteUri.TrimEnd('/');

    [Fact]
    public async Task A_dialogue_finds_the_template_asks_tests_and_writes_the_row()
    {
        await using var vendor = await VendorAsync();
        using var run = await CliRun.OnStorageAsync();
        run.Write("destinations.yaml", Destination);
        await run.DoneAsync("apply", "destinations.yaml");
        string[] typed =
        [
            "okta log", "1", "Okta Prod", "okta-prod", "https://acme.okta.com/", "acme.okta.com", "s3cret", "secret:vendor",
            "?filter", $"baseUrl={Address(vendor)}", "", "", "y",
        ];
        var result = await run.TypeAsync(typed, "sources", "new");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("1) okta-system-log: Okta System Log", result.Error, StringComparison.Ordinal);
        Assert.Contains("Allowed: 1 to 63 lower-case letters", result.Error, StringComparison.Ordinal);
        Assert.Contains("domain: is 'https://acme.okta.com/'; allowed: a host name such as acme.okta.com", result.Error, StringComparison.Ordinal);
        Assert.Contains("token: is a secret and must be a reference", result.Error, StringComparison.Ordinal);
        Assert.Contains("'secret:vendor' is there.", result.Error, StringComparison.Ordinal);
        Assert.Contains("events on the page", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("source 'okta-prod': added to the tables\n", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", result.Output + result.Error, StringComparison.Ordinal);
        var columns = (await run.DoneAsync("sources", "show", "okta-prod", "--json")).Json.GetProperty("columns");
        Assert.Equal("okta-system-log acme.okta.com secret:vendor splunk", $"{columns.GetProperty("template")} {columns.GetProperty("domain")} {columns.GetProperty("token")} {columns.GetProperty("destination")}");
    }

    [Fact]
    public async Task Options_answer_everything_and_the_row_goes_into_a_file_without_storage()
    {
        await using var vendor = await VendorAsync();
        using var run = CliRun.Offline(("AUDIT_SECRET_VENDOR", "sandbox-token"));
        run.Write("rows.yaml", "# ours\nsources: []\n\n# where it goes\n" + Destination);
        string[] line =
        [
            "sources", "new", "okta-system-log", "--name", "okta-prod", "--set", "domain=acme.okta.com", "--set", "token=secret:vendor", "--set", $"baseUrl={Address(vendor)}",
            "--file", "rows.yaml", "--yes", "--json",
        ];
        var result = await run.DoneAsync(line);
        Assert.True(result.Json.GetProperty("written").GetBoolean());
        Assert.True(result.Json.GetProperty("sourceTest").GetProperty("events").GetInt32() > 0);
        var text = await File.ReadAllTextAsync(Path.Combine(run.Folder, "rows.yaml"), CliRun.Patience);
        Assert.StartsWith("# ours\nsources:\n  - name: okta-prod\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n\n# where it goes\n" + Destination, text, StringComparison.Ordinal);
        Assert.Contains("destination: splunk\n", text, StringComparison.Ordinal);
        await run.DoneAsync("validate", "rows.yaml");

        var again = await run.RunAsync(line);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("There is a source 'okta-prod' in 'rows.yaml' already", again.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { "sources", "new", "--yes", "--file", "rows.yaml" }, new[] { "TEMPLATE" })]
    [InlineData(new[] { "sources", "new", "okta-system-log", "--file", "rows.yaml" }, new[] { "--set domain=... (Host of the Okta organisation.)", "--yes" })]
    [InlineData(new[] { "sources", "new", "okta-system-log", "--file", "rows.yaml", "--yes" }, new[] { "--set domain=..." })]
    [InlineData(new[] { "sources", "new", "okta-system-log", "--file", "rows.yaml", "--yes", "--set", "domain" }, new[] { "--set: write it as column=value" })]
    [InlineData(new[] { "sources", "new", "okta-system-log", "--file", "rows.yaml", "--yes", "--set", "domian=x" }, new[] { "--set 'domian' is no parameter here", "Did you mean 'domain'?" })]
    [InlineData(new[] { "sources", "new", "okta-system-log", "--file", "rows.yaml", "--yes", "--set", "domain=a b" }, new[] { "--set domain: is 'a b'; allowed: a host name" })]
    [InlineData(new[] { "destinations", "new", "--yes", "--file", "rows.yaml" }, new[] { "TYPE" })]
    [InlineData(new[] { "destinations", "new", "splunk-hec", "--file", "rows.yaml" }, new[] { "--set url=...", "--yes" })]
    public async Task Without_anybody_to_ask_a_missing_or_wrong_answer_is_a_usage_error_that_names_it(string[] line, string[] named)
    {
        using var run = CliRun.Offline();
        foreach (var result in new[] { await run.RunAsync(line), await run.TypeAsync([], line) })
        {
            Assert.Equal(2, result.ExitCode);
            Assert.All(named, one => Assert.Contains(one, result.Error, StringComparison.Ordinal));
        }

        Assert.Empty(Directory.GetFiles(run.Folder));
    }

    [Fact]
    public async Task A_failed_test_writes_nothing_unless_a_person_wants_it_all_the_same()
    {
        await using var vendor = await VendorAsync();
        using var run = CliRun.Offline(("AUDIT_SECRET_VENDOR", "wrong-token"));
        string[] line =
            ["sources", "new", "okta-system-log", "--set", "domain=acme.okta.com", "--set", "token=secret:vendor", "--set", $"baseUrl={Address(vendor)}", "--destination", "siem", "--file", "rows.yaml"];
        var result = await run.RunAsync([.. line, "--yes"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("answered 401", result.Error, StringComparison.Ordinal);
        Assert.Contains("--no-test writes the row all the same", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await run.TypeAsync(["", "", ""], line)).ExitCode);
        Assert.Equal(2, (await run.TypeAsync(["", ""], line)).ExitCode);
        Assert.False(File.Exists(Path.Combine(run.Folder, "rows.yaml")));
        Assert.Equal(0, (await run.TypeAsync(["", "", "y"], line)).ExitCode);
        await run.DoneAsync("validate", "rows.yaml");
    }

    [Fact]
    public async Task A_secret_that_is_not_there_is_asked_for_and_neither_shown_nor_written()
    {
        await using var vendor = await VendorAsync();
        using var run = CliRun.Offline();
        string[] line = ["sources", "new", "okta-system-log", "--set", "domain=acme.okta.com", "--set", $"baseUrl={Address(vendor)}", "--destination", "siem", "--file", "rows.yaml"];
        var result = await run.TypeAsync(["okta.eu", "", "", "sandbox-token", "y"], line);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("read -rs AUDIT_SECRET_OKTA_EU_TOKEN && export AUDIT_SECRET_OKTA_EU_TOKEN", result.Error, StringComparison.Ordinal);
        var text = await File.ReadAllTextAsync(Path.Combine(run.Folder, "rows.yaml"), CliRun.Patience);
        Assert.Contains("token: secret:okta-eu-token", text, StringComparison.Ordinal);
        Assert.DoesNotContain("sandbox-token", result.Output + result.Error + text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_row_file_is_left_alone()
    {
        using var run = CliRun.Offline();
        run.Write("rows.yaml", "sources: { name: x }\n");
        var result = await run.RunAsync("sources", "new", "okta-system-log", "--set", "domain=acme.okta.com", "--no-test", "--yes", "--file", "rows.yaml");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("sources: { name: x }\n", await File.ReadAllTextAsync(Path.Combine(run.Folder, "rows.yaml"), CliRun.Patience));
    }
}
