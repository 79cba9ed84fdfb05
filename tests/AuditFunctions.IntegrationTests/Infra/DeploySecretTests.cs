namespace AuditFunctions.Tests.Infra;

/// <summary>What <c>infra/deploy.sh</c> takes as the value of a secret: all of it, or nothing.</summary>
public sealed class DeploySecretTests
{
    private const string Key = "-----BEGIN PRIVATE KEY-----\nMIIEvgIBADANBg\nkqhkiG9w0BAQ==\n-----END PRIVATE KEY-----";
    private static readonly string[] Arguments = ["--group", "audit", "--no-infra", "--no-app"];

    [Fact]
    public async Task A_key_is_taken_from_its_first_line_to_its_last()
    {
        using var deploy = await DeployedAsync();

        var (code, _, error) = await deploy.RunAsync([.. Arguments, "--secret", "github-app", "--secret", "okta"], $"{Key}\nplain\n");

        Assert.True(code == 0, error);
        Assert.Equal((Key, "plain"), (deploy.Left("secret-github-app"), deploy.Left("secret-okta")));
        Assert.DoesNotContain("MIIEvg", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n  \"type\": \"service_account\"\n}\n", "has several lines: give it with --secret-file")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIIEvgIBADANBg\n", "has no END line")]
    [InlineData("\n", "no value was given")]
    [InlineData("", "no value was given")]
    public async Task Half_a_value_is_not_stored(string input, string said)
    {
        using var deploy = await DeployedAsync();

        var (code, _, error) = await deploy.RunAsync([.. Arguments, "--secret", "google"], input);

        Assert.Equal(1, code);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.DoesNotContain(deploy.TakeCalls(), call => call.StartsWith("az keyvault", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\n  \"k3y\": \"a\\nb\",\n  \"é\": 'x' $HOME\n}\n", "{\n  \"k3y\": \"a\\nb\",\n  \"é\": 'x' $HOME\n}")]
    [InlineData("k3y\n", "k3y")] // the end of line that an editor or echo adds would be sent to the vendor
    [InlineData("k3y", "k3y")]
    public async Task A_file_is_taken_whole_but_for_line_ends_at_its_end(string content, string stored)
    {
        using var deploy = await DeployedAsync();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, content, CancellationToken.None);

            var (code, output, error) = await deploy.RunAsync([.. Arguments, "--secret-file", $"google={file}", "--secret", "okta"],
                "typed\n");

            Assert.True(code == 0, error);
            Assert.Equal((stored, "typed"), (deploy.Left("secret-google"), deploy.Left("secret-okta")));
            Assert.All(
                [output, error, deploy.Left("environment"), string.Join('\n', deploy.TakeCalls())],
                text => Assert.DoesNotContain("k3y", text, StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_pipe_is_a_file_too()
    {
        using var deploy = await DeployedAsync();

        var (code, _, error) = await deploy.RunAsync([.. Arguments, "--secret-file", "google=/dev/stdin"], $"{Key}\n");

        Assert.True(code == 0, error);
        Assert.Equal(Key, deploy.Left("secret-google"));
    }

    /// <summary>A new version without tags would be sent anywhere, or nowhere.</summary>
    [Fact]
    public async Task A_secret_says_where_it_may_go_and_keeps_that_when_it_is_stored_anew()
    {
        using var deploy = await DeployedAsync();

        var (code, _, error) = await deploy.RunAsync([.. Arguments, "--secret", "okta", "--hosts", "okta=acme.okta.com,*.okta.com", "--secret", "splunk"], "one\ntwo\n");
        Assert.True(code == 0, error);
        Assert.Equal("acme.okta.com,*.okta.com", deploy.Left("hosts-okta").Trim());
        Assert.Empty(deploy.Left("hosts-splunk"));

        (code, _, error) = await deploy.RunAsync([.. Arguments, "--secret", "okta", "--hosts", "splunk=siem.example:8088"], "three\n");
        Assert.True(code == 0, error);
        Assert.Equal(("three", "acme.okta.com,*.okta.com", "two", "siem.example:8088"), (deploy.Left("secret-okta"), deploy.Left("hosts-okta").Trim(), deploy.Left("secret-splunk"), deploy.Left("hosts-splunk").Trim()));
    }

    [Theory]
    [InlineData("okta")]
    [InlineData("okta=")]
    [InlineData("okta=https://acme.okta.com")]
    [InlineData("okta=a.example b.example")]
    [InlineData("OKTA=a.example")]
    public async Task Hosts_that_are_none_are_refused_before_anything_is_done(string hosts)
    {
        using var deploy = await DeployedAsync();
        var (code, _, error) = await deploy.RunAsync([.. Arguments, "--hosts", hosts]);
        Assert.Equal(2, code);
        Assert.Contains("--hosts takes NAME=HOSTS", error, StringComparison.Ordinal);
        Assert.Empty(deploy.TakeCalls());
    }

    private static async Task<DeployRun> DeployedAsync()
    {
        var deploy = new DeployRun();
        Assert.Equal(0, (await deploy.RunAsync(["--group", "audit", "--location", "westeurope"])).ExitCode);
        deploy.MakeOld();
        deploy.TakeCalls();
        return deploy;
    }
}
