using System.Diagnostics;
using System.Text.RegularExpressions;
using AuditFunctions.Tests.Docs;
using YamlDotNet.RepresentationModel;

namespace AuditFunctions.Tests.Infra;

/// <summary>What <c>azd</c> reads fits what is there, and its hooks call <c>infra/deploy.sh</c> as it wants to be called.</summary>
public sealed class AzdTests : IDisposable
{
    // Of azd's schema, https://github.com/Azure/azure-dev/blob/main/schemas/v1.0/azure.yaml.json, read 2026-08-21.
    private static readonly string[] HookKeys = ["run", "shell", "interactive", "continueOnError"];

    private const string Always = "--subscription sub-1 --group group-1 --parameters infra/azd/main.bicepparam --no-infra --no-app";

    private static readonly YamlMappingNode Project = ReadProject();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("azd-");

    [Fact]
    public void The_service_is_the_function_app_and_is_found_by_an_output_of_the_template()
    {
        Assert.Matches("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", Text(Project["name"]));
        var service = Project["services"]["app"];
        Assert.Equal(("function", "dotnet"), (Text(service["host"]), Text(service["language"])));
        Assert.Single(Directory.GetFiles(Path.Combine(DocsPage.Root, Text(service["project"])), "*.csproj"));
        var resource = Text(service["resourceName"]);
        Assert.Matches(@"^\$\{\w+\}$", resource);
        Assert.Contains($"output {resource[2..^1]} string", Read("infra/main.bicep"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_parameters_are_there_and_give_what_the_template_asks_for()
    {
        var infra = Project["infra"];
        Assert.Equal("bicep", Text(infra["provider"]));
        var file = Path.Combine(DocsPage.Root, Text(infra["path"]), $"{Text(infra["module"])}.bicepparam");
        var parameters = File.ReadAllText(file);
        Assert.StartsWith("using '../main.bicep'\n", parameters, StringComparison.Ordinal);

        // Whatever the sample gives for deploy.sh, azd's environment can give too.
        string[] sample = [.. Parameters(Read("infra/main.bicepparam"))];
        Assert.NotEmpty(sample);
        Assert.Empty(sample.Except(Parameters(parameters), StringComparer.Ordinal));
        Assert.Contains("param callerRoles bool = false", Read("infra/main.bicep"), StringComparison.Ordinal);
        Assert.Contains("callerRoles", Parameters(parameters));
    }

    [Fact]
    public void Its_variables_are_those_of_the_page()
    {
        var code = string.Join('\n', Directory.GetFiles(Path.Combine(DocsPage.Root, "infra", "azd")).Select(File.ReadAllText));
        var used = Regex.Matches(code, @"\bAUDITFN_[A-Z_]+", RegexOptions.None, TimeSpan.FromSeconds(1))
            .Select(match => match.Value).Distinct();
        var named = DocsPage.Read("docs/deploying.md").Section("With azd").CodeRows().Select(row => row.Name);
        Assert.Equal(used.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Its_hooks_are_scripts_that_are_there()
    {
        var hooks = ((YamlMappingNode)Project["hooks"]).Children;
        Assert.Equal(["postdeploy", "postprovision"], hooks.Keys.Select(Text).Order(StringComparer.Ordinal));
        foreach (var hook in hooks.Values.Cast<YamlMappingNode>())
        {
            Assert.Empty(hook.Children.Keys.Select(Text).Except(HookKeys, StringComparer.Ordinal));
            Assert.Equal(("sh", "true"), (Text(hook["shell"]), Text(hook["interactive"])));
            var script = Path.Combine(DocsPage.Root, Text(hook["run"]));
            Assert.True(File.Exists(script), script);
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(script).HasFlag(UnixFileMode.UserExecute), script);
        }
    }

    [Fact]
    public async Task Only_secrets_that_the_vault_lacks_are_asked_for()
    {
        var said = await RunAsync("secrets.sh", ("AUDITFN_SECRETS", "okta-prod splunk-hec"), ("THERE", "okta-prod"));

        Assert.Contains("has a secret 'okta-prod'", said, StringComparison.Ordinal);
        var told = Assert.Single(said.Split('\n'), line => line.Contains("infra/deploy.sh ", StringComparison.Ordinal));
        var command = told.Split("infra/deploy.sh ")[1];
        Assert.Equal($"{Always} --secret splunk-hec", command);
        await AssertAcceptedAsync(command);
        said = await RunAsync("secrets.sh", ("AUDITFN_SECRETS", "okta-prod"), ("THERE", "okta-prod"));
        Assert.DoesNotContain("deploy.sh", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_are_written_by_the_script_that_everybody_uses()
    {
        var rows = Path.Combine(_folder.FullName, "rows.yaml");
        await File.WriteAllTextAsync(rows, "sources: []\n");

        var command = (await RunAsync("rows.sh", ("AUDITFN_ROWS", rows))).Trim();

        Assert.Equal($"{Always} --apply {rows}", command);
        await AssertAcceptedAsync(command);
    }

    [Theory]
    [InlineData("secrets.sh", "azd env set AUDITFN_SECRETS")]
    [InlineData("rows.sh", "azd env set AUDITFN_ROWS")]
    public async Task Without_names_a_hook_says_how_to_give_some(string hook, string said) =>
        Assert.Contains(said, await RunAsync(hook), StringComparison.Ordinal);

    public void Dispose() => _folder.Delete(recursive: true);

    // Runs a hook as azd does, with its variables, an az that knows the secrets in THERE, and a deploy.sh that says how it was called.
    private async Task<string> RunAsync(string hook, params (string Name, string Value)[] environment)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, "infra", "azd")).FullName;
        File.Copy(Path.Combine(DocsPage.Root, "infra", "azd", hook), Path.Combine(folder, hook), overwrite: true);
        await WriteScriptAsync(Path.Combine(_folder.FullName, "infra", "deploy.sh"), """echo "$*" """);
        await WriteScriptAsync(Path.Combine(_folder.FullName, "az"), """
            for name in ${THERE:-}; do
                [[ "$*" != *"/sub-1/resourceGroups/group-1/"*"/vaults/kv-7/secrets/$name?api-version="* ]] || exit 0
            done
            exit 3
            """);
        var (code, said) = await BashAsync(
            [Path.Combine(folder, hook)],
            [.. environment, ("PATH", $"{_folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}"),
                ("AZURE_SUBSCRIPTION_ID", "sub-1"), ("AZURE_RESOURCE_GROUP", "group-1"), ("vaultName", "kv-7")]);
        Assert.True(code == 0, said);
        return said;
    }

    private static async Task AssertAcceptedAsync(string command)
    {
        var (code, said) = await BashAsync([Path.Combine(DocsPage.Root, "infra", "deploy.sh"), .. command.Split(' '), "--dry-run"], []);
        Assert.True(code == 0, said);
    }

    private static async Task<(int Code, string Said)> BashAsync(string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("bash", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = DocsPage.Root,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }

    private static async Task WriteScriptAsync(string file, string text)
    {
        await File.WriteAllTextAsync(file, $"#!/usr/bin/env bash\n{text}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static IEnumerable<string> Parameters(string file) =>
        file.Split('\n').Where(line => line.StartsWith("param ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]);

    private static string Read(string path) => File.ReadAllText(Path.Combine(DocsPage.Root, path));

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    private static YamlMappingNode ReadProject()
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Read("azure.yaml")));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }
}
