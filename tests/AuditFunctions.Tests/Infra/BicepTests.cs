using System.Text.RegularExpressions;
using AuditFunctions.Destinations.Sentinel;

namespace AuditFunctions.Tests.Infra;

/// <summary>What can be said of the Bicep files by reading them.</summary>
public sealed partial class BicepTests
{
    // Types and the versions they were checked against. A version that is not the checked one is not type-checked by the compiler at all
    // when it does not exist.
    private static readonly Dictionary<string, string> Versions = new(StringComparer.Ordinal)
    {
        ["Microsoft.Authorization/roleAssignments"] = "2022-04-01",
        ["Microsoft.Insights/actionGroups"] = "2023-01-01",
        ["Microsoft.Insights/components"] = "2020-02-02",
        ["Microsoft.Insights/dataCollectionEndpoints"] = "2024-03-11",
        ["Microsoft.Insights/dataCollectionRules"] = "2024-03-11",
        ["Microsoft.Insights/diagnosticSettings"] = "2021-05-01-preview",
        ["Microsoft.Insights/scheduledQueryRules"] = "2023-12-01",
        ["Microsoft.Insights/workbooks"] = "2023-06-01",
        ["Microsoft.KeyVault/vaults"] = "2025-05-01",
        ["Microsoft.ManagedIdentity/userAssignedIdentities"] = "2024-11-30",
        ["Microsoft.Network/privateDnsZones"] = "2024-06-01",
        ["Microsoft.Network/privateEndpoints"] = "2024-07-01",
        ["Microsoft.Network/virtualNetworks"] = "2024-07-01",
        ["Microsoft.OperationalInsights/workspaces"] = "2025-07-01",
        ["Microsoft.Storage/storageAccounts"] = "2025-06-01",
        ["Microsoft.Web/serverfarms"] = "2024-11-01",
        ["Microsoft.Web/sites"] = "2024-11-01",
    };

    private static readonly Dictionary<string, string> Roles = new(StringComparer.Ordinal)
    {
        ["Key Vault Secrets User"] = "4633458b-17de-408a-b874-0445c86b69e6",
        ["Monitoring Metrics Publisher"] = "3913510d-42f4-4e42-8a64-420c390055eb",
        ["Storage Blob Data Owner"] = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
        ["Storage Queue Data Contributor"] = "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
        ["Storage Table Data Contributor"] = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
    };

    [Fact]
    public void Every_resource_has_the_checked_version()
    {
        var resources = BicepText.All().SelectMany(file => file.Resources.Select(resource => $"{file.Path}: {resource.Type}@{resource.Version}")).ToArray();
        Assert.NotEmpty(resources);
        Assert.All(BicepText.All(), file => Assert.All(file.Resources, resource =>
        {
            var root = string.Join('/', resource.Type.Split('/')[..2]);
            Assert.Equal((file.Path, resource.Type, Versions.GetValueOrDefault(root)), (file.Path, resource.Type, resource.Version));
        }));
    }

    [Fact]
    public void Every_parameter_and_output_is_described()
    {
        string[] bare = [.. BicepText.All().SelectMany(file => file.Parameters.Concat(file.Outputs)
            .Where(item => !item.Described).Select(item => $"{file.Path}: {item.Name}"))];
        Assert.Empty(bare);
    }

    [Fact]
    public void Every_parameter_and_variable_is_used()
    {
        string[] unused = [.. BicepText.All().SelectMany(file => file.Parameters.Concat(file.Variables)
            .Where(item => Regex.Count(file.Code, $@"(?<![.\w'@]){item.Name}\b(?!:)| in {item.Name}:", RegexOptions.None, TimeSpan.FromSeconds(1)) < 2)
            .Select(item => $"{file.Path}: {item.Name}"))];
        Assert.Empty(unused);
    }

    [Fact]
    public void A_module_is_given_the_parameters_it_has()
    {
        var modules = BicepText.Read("main.bicep").Modules.ToArray();
        Assert.Equal(
            Directory.EnumerateFiles(Path.Combine(BicepText.Folder, "modules")).Select(file => $"modules/{Path.GetFileName(file)}").Order(StringComparer.Ordinal),
            modules.Select(module => module.File).Order(StringComparer.Ordinal));
        Assert.All(modules, module => Assert.Equal(
            BicepText.Read(module.File).Parameters.Select(parameter => parameter.Name).Order(StringComparer.Ordinal),
            module.Given.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Every_role_has_its_own_id_and_no_other_is_given()
    {
        var code = string.Join('\n', BicepText.All().Select(file => file.Code));
        var pairs = RolePair().Matches(code).Select(match => (Name: match.Groups["name"].Value, Id: match.Groups["id"].Value)).ToArray();
        Assert.Equal(Roles.Keys.Order(StringComparer.Ordinal), pairs.Select(pair => pair.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.All(pairs, pair => Assert.Equal((pair.Name, Roles[pair.Name]), pair));
        Assert.Equal(pairs.Length, AnyGuid().Count(code));
    }

    [Fact]
    public void A_role_is_assigned_to_the_apps_identity_by_a_name_that_repeats()
    {
        var assignments = BicepText.All().Sum(file => file.Resources.Count(resource => resource.Type == "Microsoft.Authorization/roleAssignments"));
        var code = string.Join('\n', BicepText.All().Select(file => file.Code));
        Assert.Equal(4, assignments);
        Assert.Equal(assignments, Regex.Count(code, @"^ +name: guid\(\w+\.id, principalId, \w+\.id\)$", RegexOptions.Multiline, TimeSpan.FromSeconds(1)));
        Assert.Equal(assignments, Regex.Count(code, "^ +principalType: 'ServicePrincipal'$", RegexOptions.Multiline, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void No_parameter_output_or_setting_is_a_secret()
    {
        // The connection string names the component; writing to it takes a token, since keys are off there.
        string[] harmless = ["APPLICATIONINSIGHTS_CONNECTION_STRING"];
        Assert.Contains("DisableLocalAuth: true", BicepText.Read("modules/monitoring.bicep").Code, StringComparison.Ordinal);
        string[] suspects = [.. BicepText.All()
            .SelectMany(file => file.Parameters.Concat(file.Outputs).Select(item => item.Name)
                .Concat(file.Settings.Select(setting => setting.Name.Split("__")[^1])))
            .Where(name => SecretWord().IsMatch(name))];
        Assert.Equal(harmless, suspects);
        Assert.DoesNotMatch(@"\blist(Keys|AccountSas|ServiceSas|Secrets|Credentials)?\(", string.Join('\n', BicepText.All().Select(file => file.Code)));
    }

    [Theory]
    [InlineData("storage", "allowSharedKeyAccess: false")]
    [InlineData("storage", "allowBlobPublicAccess: false")]
    [InlineData("storage", "defaultToOAuthAuthentication: true")]
    [InlineData("storage", "minimumTlsVersion: 'TLS1_2'")]
    [InlineData("storage", "supportsHttpsTrafficOnly: true")]
    [InlineData("storage", "publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'")]
    [InlineData("vault", "enableRbacAuthorization: true")]
    [InlineData("vault", "enablePurgeProtection: true")]
    [InlineData("vault", "enableSoftDelete: true")]
    [InlineData("vault", "publicNetworkAccess: privateNetwork ? 'disabled' : 'enabled'")]
    [InlineData("functionapp", "httpsOnly: true")]
    [InlineData("functionapp", "version: '10.0'")]
    public void Locked_down_as_the_pages_say(string module, string line) =>
        Assert.Contains(line, BicepText.Read($"modules/{module}.bicep").Code.Split('\n').Select(text => text.Trim()));

    [Fact]
    public void Nothing_but_bodies_and_dead_letters_is_ever_deleted_by_age()
    {
        var storage = BicepText.Read("modules/storage.bicep").Code;
        Assert.Equal(["batches/", "deadletter/"], Regex.Matches(storage, @"prefixMatch: \[\s+'(?<prefix>[^']+)'\s+\]", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(match => match.Groups["prefix"].Value));
        Assert.Contains("rules: deadLetterRetentionDays > 0 ? [batchRule, deadLetterRule] : [batchRule]", storage, StringComparison.Ordinal);
        Assert.Equal("int = 0", BicepText.Read("main.bicep").Parameters.Single(parameter => parameter.Name == "deadLetterRetentionDays").Tail);

        // The app deletes them first: a body that it still keeps is never taken from it.
        Assert.Contains("var batchDeletionDays = bodyRetentionDays + 30", BicepText.Read("main.bicep").Code, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_has_the_columns_of_the_stream()
    {
        var table = Columns(BicepText.Read("modules/sentinel-table.bicep"));
        Assert.Equal(SentinelFormat.Columns, table);
        Assert.Equal(table, Columns(BicepText.Read("modules/sentinel.bicep")));

        // The two services spell one type differently.
        static (string Name, string Type)[] Columns(BicepText file) =>
            [.. ColumnLine().Matches(file.Code).Select(match => (match.Groups["name"].Value, match.Groups["type"].Value.ToLowerInvariant()))];
    }

    [GeneratedRegex(@"name: '(?<name>[A-Z][A-Za-z ]+)'\s+id: '(?<id>[0-9a-f-]{36})'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RolePair();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.None, 1000)]
    private static partial Regex AnyGuid();

    [GeneratedRegex("secret|password|passwd|pwd|token|key|credentials|connection_?string|sas$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex SecretWord();

    [GeneratedRegex(@"\{ name: '(?<name>\w+)', type: '(?<type>\w+)' \}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ColumnLine();
}
