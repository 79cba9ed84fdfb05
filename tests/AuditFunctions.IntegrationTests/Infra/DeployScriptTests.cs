using System.Text.RegularExpressions;
using AuditFunctions.Tests.Docs;
using AuditFunctions.Tests.Infra.Tools;

namespace AuditFunctions.Tests.Infra;

/// <summary>What <c>infra/deploy.sh</c> does, in which order, and what it leaves alone.</summary>
public sealed class DeployScriptTests
{
    private const string Secret = "s3cr3t 'with' \"signs\" $HOME `ls` \\ é";

    [Fact]
    public async Task A_first_deployment_takes_every_step_in_order()
    {
        using var deploy = new DeployRun();

        var (code, output, error) = await deploy.RunAsync(
            ["--group", "audit", "--location", "westeurope", "--grant-me", "--secret", "okta-prod", "--apply", deploy.Rows],
            Secret + "\n");

        Assert.True(code == 0, error);
        Assert.Equal("", output);
        Assert.Equal(
            [
                "dotnet run validate", "az account show", "az bicep build-params", "az group exists", "az group create",
                    "az deployment group create", "az deployment group show",
                "dotnet publish", "az functionapp deployment source config-zip", "az ad signed-in-user show",
                "az role assignment list", "az role assignment create", "az role assignment list", "az role assignment create",
                "az role assignment list", "az role assignment create", "az role assignment list", "az role assignment create",
                "az keyvault secret list", "az keyvault secret set", "dotnet run apply", "az functionapp show", "dotnet run status",
            ],
            deploy.TakeCalls().Select(Verb));
        Assert.Equal(
            ["./.azurefunctions/function.deps.json", "./host.json"],
            deploy.Left("package").Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    // A setting may be written in any case, with '__' or ':' for a step down. One of this machine could lead auditfn to another account.
    [Fact]
    public async Task No_setting_of_this_machine_reaches_auditfn()
    {
        using var deploy = new DeployRun();
        await deploy.RunAsync(["--group", "audit", "--location", "westeurope"]);

        // Those in lower case stand in host.json, not in the environment.
        var settings = DocsPage.Read("docs/settings.md").CodeRows().Select(row => row.Name.Replace('…', 'X'))
            .Where(name => char.IsUpper(name[0])).ToArray();
        Assert.Contains("Storage__Prefix", settings);
        Assert.Contains("AzureWebJobsStorage__tableServiceUri", settings);
        var inherited = settings.Concat(settings.Select(name => name.ToUpperInvariant()))
            .Concat(settings.Select(name => name.Replace("__", ":", StringComparison.Ordinal)))
            .Distinct(StringComparer.Ordinal).Select(name => (name, "of this machine"));

        var (code, _, error) = await deploy.RunAsync(
            ["--group", "audit", "--no-infra", "--no-app", "--status"], "",
                [.. inherited, ("AZURE_TENANT_ID", "of this machine"), ("AZURE_TOKEN_CREDENTIALS", "dev")]);

        Assert.True(code == 0, error);
        var reached = deploy.Left("auditfn").Split('\n');
        Assert.DoesNotContain(reached, line => line.EndsWith("=of this machine", StringComparison.Ordinal));
        Assert.All(
            ["AZURE_TENANT_ID=tenant-1", "AZURE_TOKEN_CREDENTIALS=AzureCliCredential", "AzureWebJobsStorage__accountName=audit7x",
                "Secrets__VaultUri=https://kv-audit7x.vault.azure.net/"],
            line => Assert.Contains(line, reached));
    }

    /// <summary>Else the doctor would call a secret well that the app sends nowhere.</summary>
    [Theory]
    [InlineData("true", true)]
    [InlineData("", false)]
    [InlineData("None", false)] // a deployment of an earlier version
    public async Task What_the_app_requires_of_secrets_is_required_here_too(string output, bool isRequired)
    {
        using var deploy = new DeployRun();
        await deploy.RunAsync(["--group", "audit", "--location", "westeurope"]);

        var (code, _, error) = await deploy.RunAsync(["--group", "audit", "--no-infra", "--no-app", "--doctor"], "", ("REQUIRE_HOSTS", output));

        Assert.True(code == 0, error);
        var reached = deploy.Left("auditfn").Split('\n');
        Assert.Equal(isRequired ? ["Secrets__RequireHosts=true"] : [], reached.Where(line => line.StartsWith("Secrets__RequireHosts", StringComparison.Ordinal)));
        Assert.Contains("Messages__Key=secret:message-key", reached);
    }

    [Fact]
    public async Task The_doctor_comes_last_and_its_problems_are_the_script_s()
    {
        using var deploy = new DeployRun();
        await deploy.RunAsync(["--group", "audit", "--location", "westeurope"]);
        deploy.TakeCalls();
        string[] arguments = ["--group", "audit", "--no-infra", "--no-app", "--status", "--doctor"];

        var (code, _, error) = await deploy.RunAsync(arguments);

        Assert.True(code == 0, error);
        Assert.Equal(["dotnet run status", "dotnet run doctor"], deploy.TakeCalls()[^2..].Select(Verb));
        Assert.Contains("AzureWebJobsStorage__accountName=audit7x\n", deploy.Left("auditfn"), StringComparison.Ordinal);

        (code, _, error) = await deploy.RunAsync(["--group", "audit", "--no-infra", "--no-app", "--doctor"], "", ("WRONG_ROWS", "1"));

        Assert.Equal(1, code);
        Assert.Equal(["with exit code 3: Examining the installation."], Failures(error));
    }

    [Fact]
    public async Task A_second_run_creates_nothing_anew()
    {
        using var deploy = new DeployRun();
        string[] arguments = ["--group", "audit", "--location", "westeurope", "--grant-me"];
        Assert.Equal(0, (await deploy.RunAsync(arguments)).ExitCode);
        deploy.TakeCalls();

        var (code, _, error) = await deploy.RunAsync(arguments);

        Assert.True(code == 0, error);
        var calls = deploy.TakeCalls();
        Assert.DoesNotContain(calls, call => call.StartsWith("az group create", StringComparison.Ordinal) || call.StartsWith("az role assignment create", StringComparison.Ordinal));
        Assert.Contains(calls, call => call.StartsWith("az deployment group create", StringComparison.Ordinal)); // Bicep itself says what is there already
        Assert.Equal(4, deploy.Left("roles").Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_secret_reaches_the_vault_and_nothing_else()
    {
        using var deploy = new DeployRun();
        await deploy.RunAsync(["--group", "audit", "--location", "westeurope"]);

        var (code, output, error) = await deploy.RunAsync(
            ["--group", "audit", "--no-infra", "--no-app", "--secret", "okta-prod", "--secret", "splunk-hec"], $"{Secret}\nsecond\n", ("secret_value", "exported by the caller"));

        Assert.True(code == 0, error);
        Assert.Equal(Secret, deploy.Left("secret-okta-prod"));
        Assert.Equal("second", deploy.Left("secret-splunk-hec"));
        Assert.All(
            [output, error, deploy.Left("environment"), string.Join('\n', deploy.TakeCalls())],
            text => Assert.DoesNotContain("s3cr3t", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("account show", "az login", 1)]
    [InlineData("bicep build-params", "main.bicepparam", 2)]
    [InlineData("group create", "--location", 4)]
    [InlineData("deployment group create", "Contributor", 5)]
    [InlineData("functionapp show", "portal", 9)]
    public async Task It_stops_at_the_first_error_and_says_what_to_do(string refused, string advice, int calls)
    {
        using var deploy = new DeployRun();

        var (code, _, error) = await deploy.RunAsync(["--group", "audit", "--location", "westeurope"], "", ("REFUSE", refused));

        Assert.Equal(1, code);
        Assert.StartsWith("with exit code 3: ", Assert.Single(Failures(error)), StringComparison.Ordinal);
        Assert.Contains(advice, error.Split("this step failed")[1], StringComparison.Ordinal);
        Assert.DoesNotContain("Done.", error, StringComparison.Ordinal);
        var made = deploy.TakeCalls();
        Assert.Equal(calls, made.Length);
        Assert.StartsWith($"az {refused}", made[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_rows_are_refused_before_anything_is_deployed()
    {
        using var deploy = new DeployRun();

        var (code, _, error) = await deploy.RunAsync(["--group", "audit", "--location", "westeurope", "--apply", deploy.Rows], "", ("WRONG_ROWS", "1"));

        Assert.Equal(1, code);
        Assert.Equal(["with exit code 3: Checking the row files."], Failures(error));
        Assert.Equal(["dotnet run validate"], deploy.TakeCalls().Select(Verb));
    }

    [Fact]
    public async Task Roles_that_are_new_are_waited_for_and_old_ones_are_not()
    {
        using var deploy = new DeployRun();
        (string, string)[] late = [("REFUSE", "functionapp deployment"), ("REFUSALS", "2")];

        var (code, _, error) = await deploy.RunAsync(["--group", "audit", "--location", "westeurope"], "", late);

        Assert.True(code == 0, error);
        Assert.Equal(2, deploy.TakeCalls().Count(call => call == "sleep 30"));

        deploy.MakeOld();
        (code, _, error) = await deploy.RunAsync(["--group", "audit"], "", ("REFUSE", "functionapp deployment"));

        Assert.Equal(1, code);
        Assert.Contains("Uploading the app to 'func-audit-7x'", error.Split("this step failed")[1], StringComparison.Ordinal);
        Assert.DoesNotContain("sleep 30", deploy.TakeCalls());
    }

    // What a first run that failed has left is as new as its roles.
    [Theory]
    [InlineData("deployment group create", "--location", "westeurope")] // Bicep failed half-way
    [InlineData("functionapp deployment", "--location", "westeurope")] // the roles did not hold in time
    [InlineData("functionapp deployment", "--no-infra")]
    [InlineData("keyvault secret set", "--no-infra", "--no-app", "--grant-me", "--secret", "okta")]
    public async Task A_run_after_one_that_failed_has_patience(string refused, params string[] arguments)
    {
        using var deploy = new DeployRun();
        if (arguments.Contains("--no-infra"))
        {
            await deploy.RunAsync(["--group", "audit", "--location", "westeurope"]);
        }

        if (arguments.Contains("--grant-me"))
        {
            deploy.MakeOld(); // only the role is new
        }

        Assert.Equal(1, (await deploy.RunAsync(["--group", "audit", .. arguments], "x\n", ("REFUSE", refused), ("REFUSALS", "10")))
            .ExitCode);
        deploy.TakeCalls();
        var again = refused.StartsWith("deployment", StringComparison.Ordinal) ? "functionapp deployment" : refused;
        var refusals = deploy.Left("refusals").Count(sign => sign == '\n') + 2;

        var (code, _, error) = await deploy.RunAsync(["--group", "audit", .. arguments], "x\n", ("REFUSE", again),
            ("REFUSALS", $"{refusals}"));

        Assert.True(code == 0, error);
        Assert.Contains("sleep 30", deploy.TakeCalls());
    }

    [Fact]
    public async Task An_app_with_settings_of_this_machine_is_not_uploaded()
    {
        using var deploy = new DeployRun();

        var (code, _, error) = await deploy.RunAsync(["--group", "audit", "--location", "westeurope"], "", ("LOCAL_SETTINGS", "1"));

        Assert.Equal(1, code);
        Assert.Contains("the published app has a local.settings.json", error, StringComparison.Ordinal);
        Assert.DoesNotContain(deploy.TakeCalls(), call => call.Contains("config-zip", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_app_without_its_hidden_folder_is_not_uploaded()
    {
        using var deploy = new DeployRun();

        var (code, _, error) = await deploy.RunAsync(["--group", "audit", "--location", "westeurope"], "", ("NO_METADATA", "1"));

        Assert.Equal(1, code);
        Assert.Contains("the published app has no .azurefunctions", error, StringComparison.Ordinal);
        Assert.DoesNotContain(deploy.TakeCalls(), call => call.Contains("config-zip", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dry_run_shows_the_commands_and_runs_none()
    {
        using var deploy = new DeployRun();

        var (code, _, error) = await deploy.RunAsync(
            ["--group", "audit", "--location", "westeurope", "--grant-me", "--secret", "okta-prod", "--apply", deploy.Rows, "--dry-run"]);

        Assert.True(code == 0, error);
        Assert.Empty(deploy.TakeCalls());
        Assert.All(
            ["az group create --name audit --location westeurope", "az deployment group create --resource-group audit", "dotnet publish",
                "az keyvault secret set", "auditfn apply"],
            command => Assert.Contains(command, error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Help_names_every_option()
    {
        using var deploy = new DeployRun();

        var (code, output, _) = await deploy.RunAsync(["--help"]);

        Assert.Equal(0, code);
        Assert.Empty(deploy.TakeCalls());
        var script = await File.ReadAllTextAsync(Path.Combine(Bicep.Folder, "deploy.sh"), CancellationToken.None);
        string[] options = [.. Regex.Matches(script, @"^    (?<names>--[a-z-]+(?: \| -[a-z-]+)*)\)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
            .SelectMany(match => match.Groups["names"].Value.Split(" | ")).Where(name => name.StartsWith("--", StringComparison.Ordinal))];
        Assert.True(options.Length >= 12, string.Join(' ', options));
        Assert.All(options, option => Assert.Contains($"  {option} ", output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--group is missing")]
    [InlineData("unknown option '--groop'", "--groop", "x")]
    [InlineData("--secret needs a value", "--group", "audit", "--secret")]
    [InlineData("--group needs a value", "--group", "--location", "westeurope")]
    [InlineData("--location needs a value", "--group", "audit", "--location", "--grant-me")]
    [InlineData("--parameters needs a value", "--group", "audit", "--parameters", "--no-app")]
    [InlineData("--subscription needs a value", "--group", "audit", "--subscription", "-h")]
    [InlineData("--secret-file takes NAME=FILE", "--group", "audit", "--secret-file", "okta-prod")]
    [InlineData("--secret-file takes NAME=FILE", "--group", "audit", "--secret-file", "Okta=hunter2")]
    [InlineData("there is no file for secret 'okta' that can be read", "--group", "audit", "--secret-file", "okta=/none")]
    [InlineData("there is no file for secret 'okta' that can be read", "--group", "audit", "--secret-file", "okta=/etc")]
    [InlineData("the file for secret 'okta' is empty", "--group", "audit", "--secret-file", "okta=/dev/null")]
    [InlineData("--secret takes a name", "--group", "audit", "--secret", "okta=hunter2")]
    [InlineData("there is no file 'none.yaml'", "--group", "audit", "--apply", "none.yaml")]
    public async Task A_wrong_command_line_is_refused_before_anything_is_done(string said, params string[] arguments)
    {
        using var deploy = new DeployRun();

        var (code, _, error) = await deploy.RunAsync(arguments);

        Assert.Equal(2, code);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
        Assert.Empty(deploy.TakeCalls());
    }

    // What failed, as it was said.
    private static string[] Failures(string error) =>
        [.. error.Split('\n').Where(line => line.StartsWith("deploy.sh: this step failed ", StringComparison.Ordinal)).Select(line => line["deploy.sh: this step failed ".Length..])];

    // "az deployment group create --name ..." is "az deployment group create"; of auditfn it is what is asked of it.
    private static string Verb(string call) => call.StartsWith("dotnet run", StringComparison.Ordinal)
        ? $"dotnet run {call.Split(" -- ")[1].Split(' ')[0]}"
        : string.Join(' ', call.Split(' ').TakeWhile(word => word[0] is not ('-' or '/')));
}
