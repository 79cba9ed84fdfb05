using System.Text.RegularExpressions;
using AuditFunctions.Tests.Infra.Tools;

namespace AuditFunctions.Tests.Infra;

/// <summary>What the Bicep compiler says of <c>infra/</c>, and what stands in the template that it makes.</summary>
public sealed partial class BicepTests
{
    // The compiler says what its command lint says, too: see the test of slips.
    [Theory]
    [InlineData("build", "main.bicep")]
    [InlineData("build-params", "main.bicepparam")]
    [InlineData("build-params", "azd/main.bicepparam")]
    public async Task Everything_compiles_without_a_finding(string command, string file)
    {
        var (code, _, error) = await Bicep.RunAsync(command, Path.Combine(Bicep.Folder, file), "--stdout");

        Assert.Equal("", error);
        Assert.Equal(0, code);
    }

    // With main.bicep the compiler reads all of its modules.
    [Fact]
    public async Task Every_module_is_used()
    {
        var template = await Template.ReadAsync();
        var used = template.Modules.Select(module => Template.Inside(module.Deployment).GetProperty("metadata").GetProperty("description")
            .GetString());
        var written = Directory.EnumerateFiles(Path.Combine(Bicep.Folder, "modules"))
            .Select(file => Description().Match(File.ReadAllText(file)).Groups["text"].Value);

        Assert.Equal(written.Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
    }

    // All in one copy, since each start of the compiler takes seconds.
    [Fact]
    public async Task Slips_are_found()
    {
        (string File, string Written, string Slip, string Found)[] slips =
        [
            ("modules/storage.bicep", "allowSharedKeyAccess: false", "allowSharedKeyAcess: false", "BCP089"),
            ("modules/vault.bicep", "param name string", "param name string\nparam other string", "no-unused-params"),
            ("modules/identity.bicep", "@description('Region.')\n", "", "use-description-params"),
            ("modules/monitoring.bicep", "components@2020-02-02", "components@2020-02-03", "BCP081"),
            ("main.bicep", "storageAccountName: storageAccountName", "storageAccountName: identity.outputs.clientId", "what-if-short-circuiting"),
        ];
        var copy = Directory.CreateTempSubdirectory("infra-");
        try
        {
            Copy(Bicep.Folder, copy.FullName);
            foreach (var (file, written, slip, _) in slips)
            {
                var path = Path.Combine(copy.FullName, file);
                var text = await File.ReadAllTextAsync(path, CancellationToken.None);
                Assert.Contains(written, text, StringComparison.Ordinal);
                await File.WriteAllTextAsync(path, text.Replace(written, slip, StringComparison.Ordinal), CancellationToken.None);
            }

            var (_, _, error) = await Bicep.RunAsync("build", Path.Combine(copy.FullName, "main.bicep"), "--stdout");

            var lines = error.Split('\n');
            Assert.All(slips, slip => Assert.Contains(lines, line =>
                line.StartsWith(Path.Combine(copy.FullName, slip.File), StringComparison.Ordinal) && line.Contains($" {slip.Found}: ", StringComparison.Ordinal)));
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Two_installations_in_one_group_share_no_deployment()
    {
        var template = await Template.ReadAsync();
        var names = template.Modules.Select(module => module.Deployment.GetProperty("name").GetString()!).ToArray();

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Matches(@"deployment\(\)\.name|variables\('(suffix|installationName)'\)", name));
        Assert.Equal("[format('auditfunctions-{0}', parameters('prefix'))]", template.Variable("installationName"));
    }

    [Fact]
    public async Task Endpoints_of_an_account_are_made_one_after_the_other()
    {
        var network = (await Template.ReadAsync()).Modules.Single(module => module.Name == "network").Deployment;
        var endpoints = Template.Inside(network).GetProperty("resources").GetProperty("privateEndpoints").GetProperty("copy");

        Assert.Equal(("serial", 1), (endpoints.GetProperty("mode").GetString(), endpoints.GetProperty("batchSize").GetInt32()));
    }

    [Fact]
    public async Task Subnets_of_a_network_are_made_one_after_the_other()
    {
        var network = (await Template.ReadAsync()).Modules.Single(module => module.Name == "network").Deployment;
        var second = Template.Inside(network).GetProperty("resources").GetProperty("endpointSubnet").GetProperty("dependsOn");

        Assert.Contains("appSubnet", second.EnumerateArray().Select(item => item.GetString()));
    }

    [Fact]
    public async Task No_parameter_output_or_setting_is_a_secret()
    {
        var template = await Template.ReadAsync();
        var snapshot = await Snapshot.OfAsync(Snapshot.Everything);
        var names = template.Names.Concat(snapshot.AppSettings.Select(setting => setting.Name.Split("__")[^1])).ToArray();
        Assert.Contains("vaultName", names);

        // The connection string names the component; writing to it takes a token, since keys are off there.
        // The setting Messages__Key names a secret; the two parameters of the vault say whether it gets a key, and make one that nobody gives or sees.
        string[] harmless = ["APPLICATIONINSIGHTS_CONNECTION_STRING", "Key", "messageKey", "newMessageKey"];
        Assert.Equal("True", snapshot.One("Microsoft.Insights/components").Text("properties.DisableLocalAuth"));
        Assert.Equal(harmless.Order(StringComparer.Ordinal), names.Where(name => SecretWord().IsMatch(name)).Distinct().Order(StringComparer.Ordinal));
        Assert.DoesNotMatch(@"\blist(Keys|AccountSas|ServiceSas|Secrets|Credentials)?\(", template.Text);
        Assert.Single(SecureParameter().Matches(template.Text));
        Assert.Matches("\"newMessageKey\":\\s*\\{\\s*\"type\":\\s*\"securestring\",\\s*\"defaultValue\":\\s*\"[^\"]*newGuid\\(\\)", template.Text);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    [GeneratedRegex(@"^metadata description = '(?<text>.*)'$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Description();

    [GeneratedRegex(@"""type"":\s*""secure", RegexOptions.None, 1000)]
    private static partial Regex SecureParameter();

    [GeneratedRegex("secret|password|passwd|pwd|token|key|credentials|connection_?string|sas$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex SecretWord();
}
