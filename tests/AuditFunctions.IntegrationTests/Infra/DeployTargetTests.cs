namespace AuditFunctions.Tests.Infra;

/// <summary>What <c>infra/deploy.sh</c> acts on: the installation of the parameter file, in the subscription that it names.</summary>
public sealed class DeployTargetTests
{
    // Two prefixes in one group are two installations, each with a deployment, a vault and an account.
    [Fact]
    public async Task Two_installations_in_one_group_keep_their_secrets_and_rows_apart()
    {
        using var deploy = new DeployRun();
        var other = await deploy.WriteParametersAsync("other.bicepparam", "param prefix = 'other'");
        await deploy.RunAsync(["--group", "audit", "--location", "westeurope"]);
        await deploy.RunAsync(["--group", "audit", "--parameters", other]);

        await deploy.RunAsync(["--group", "audit", "--no-infra", "--no-app", "--secret", "first", "--apply", deploy.Rows], "one\n");
        Assert.Contains("AzureWebJobsStorage__accountName=audit7x\n", deploy.Left("auditfn"), StringComparison.Ordinal);
        var (code, _, error) = await deploy.RunAsync(
            ["--group", "audit", "--parameters", other, "--no-infra", "--no-app", "--secret", "second", "--apply", deploy.Rows], "two\n");

        Assert.True(code == 0, error);
        Assert.Contains("Installation 'other' in resource group 'audit'", error, StringComparison.Ordinal);
        Assert.Equal(("kv-audit7x\n", "kv-other7x\n"), (deploy.Left("vault-of-first"), deploy.Left("vault-of-second")));
        Assert.Contains("AzureWebJobsStorage__accountName=other7x\n", deploy.Left("auditfn"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("param tags = { prefix: 'wrong' }", "audit")] // the default of main.bicep
    [InlineData("param location = 'westeurope'\nvar name = 'soc'\nparam prefix = toLower('${name}2')", "soc2")]
    public async Task The_prefix_is_what_the_compiler_makes_of_the_file(string lines, string prefix)
    {
        using var deploy = new DeployRun();
        var file = await deploy.WriteParametersAsync("mine.bicepparam", lines);

        var (_, _, error) = await deploy.RunAsync(["--group", "audit", "--parameters", file, "--no-infra", "--no-app"]);

        Assert.Contains($"There is no deployment 'auditfunctions-{prefix}' in 'audit'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_looked_up_that_was_never_deployed()
    {
        using var deploy = new DeployRun();
        var other = await deploy.WriteParametersAsync("other.bicepparam", "param prefix = 'other'");
        await deploy.RunAsync(["--group", "audit", "--location", "westeurope"]);

        var (code, _, error) = await deploy.RunAsync(["--group", "audit", "--parameters", other, "--no-infra", "--no-app", "--secret",
            "okta"], "x\n");

        Assert.Equal(1, code);
        Assert.Contains("There is no deployment 'auditfunctions-other' in 'audit' of subscription 'Pay as you go'", error,
            StringComparison.Ordinal);
        Assert.Equal("", deploy.Left("secret-okta"));
    }

    [Theory]
    [InlineData]
    [InlineData("--subscription", "Pay as you go")]
    public async Task Every_command_names_the_subscription_and_az_keeps_its_own(params string[] subscription)
    {
        using var deploy = new DeployRun();

        var (code, _, error) = await deploy.RunAsync(
            ["--group", "audit", "--location", "westeurope", "--grant-me", "--secret", "okta", .. subscription], "x\n");

        Assert.True(code == 0, error);
        Assert.Contains("Subscription 'Pay as you go' (00000000-0000-0000-0000-000000000001).", error, StringComparison.Ordinal);
        Assert.Contains("Looking for resource group 'audit' in subscription 'Pay as you go'", error, StringComparison.Ordinal);
        Assert.Contains("for vault 'kv-audit7x' in subscription 'Pay as you go'", error, StringComparison.Ordinal);
        var calls = deploy.TakeCalls();
        Assert.DoesNotContain(calls, call => call.StartsWith("az account set", StringComparison.Ordinal));
        var acting = calls.Where(call => call.StartsWith("az ", StringComparison.Ordinal)
            && call.Split(' ')[1] is not ("account" or "ad" or "bicep")).ToArray();
        Assert.True(acting.Length > 10, string.Join('\n', calls));
        Assert.All(acting, call => Assert.EndsWith(" --subscription 00000000-0000-0000-0000-000000000001", call, StringComparison.Ordinal));
        Assert.All(acting, call => Assert.Contains(call.Split(' ')[3], error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_subscription_of_another_tenant_is_refused_before_anything_is_done()
    {
        using var deploy = new DeployRun();

        var (code, _, error) = await deploy.RunAsync(
            ["--group", "audit", "--location", "westeurope", "--subscription", "Pay as you go"], "", ("DEFAULT_TENANT", "tenant-2"));

        Assert.Equal(1, code);
        Assert.Contains("az account set --subscription 00000000-0000-0000-0000-000000000001", error, StringComparison.Ordinal);
        Assert.DoesNotContain(deploy.TakeCalls(), call => !call.StartsWith("az account show", StringComparison.Ordinal));
    }
}
