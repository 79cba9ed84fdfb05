using System.Text.RegularExpressions;
using AuditFunctions.Destinations.Sentinel;
using AuditFunctions.Tests.Infra.Tools;

namespace AuditFunctions.Tests.Infra;

/// <summary>The resources that Azure would be asked for, with defaults and without.</summary>
public sealed class ResourceTests
{
    private const string Storage = "Microsoft.Storage/storageAccounts";
    private const string Vault = "Microsoft.KeyVault/vaults";
    private const string Site = "Microsoft.Web/sites";

    public static TheoryData<string> ParameterSets => ["", Snapshot.Everything, Snapshot.Least];

    // What Azure learns only while it deploys, what-if cannot see: it leaves such a resource out.
    [Theory]
    [MemberData(nameof(ParameterSets))]
    public async Task Every_resource_is_known_before_the_deployment_starts(string parameters)
    {
        var snapshot = await Snapshot.OfAsync(parameters);

        Assert.NotEmpty(snapshot.Resources);
        Assert.Empty(snapshot.Diagnostics);
        Assert.All(snapshot.Resources, resource => Assert.DoesNotContain('[', resource.Name));
        Assert.Equal(snapshot.Resources.Count, snapshot.Resources.Select(resource => resource.Id).Distinct(StringComparer.OrdinalIgnoreCase)
            .Count());
    }

    [Fact]
    public async Task Two_installations_in_one_group_share_no_resource()
    {
        var one = await Snapshot.OfAsync();
        var other = await Snapshot.OfAsync("param prefix = 'other'");

        Assert.Equal(one.Resources.Count, other.Resources.Count);
        Assert.Empty(one.Resources.Select(resource => resource.Id)
            .Intersect(other.Resources.Select(resource => resource.Id), StringComparer.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(Storage, "properties.allowSharedKeyAccess", "False")]
    [InlineData(Storage, "properties.allowBlobPublicAccess", "False")]
    [InlineData(Storage, "properties.defaultToOAuthAuthentication", "True")]
    [InlineData(Storage, "properties.minimumTlsVersion", "TLS1_2")]
    [InlineData(Storage, "properties.supportsHttpsTrafficOnly", "True")]
    [InlineData(Storage, "properties.isLocalUserEnabled", "False")]
    [InlineData(Vault, "properties.enableRbacAuthorization", "True")]
    [InlineData(Vault, "properties.enablePurgeProtection", "True")]
    [InlineData(Vault, "properties.enableSoftDelete", "True")]
    [InlineData(Site, "properties.httpsOnly", "True")]
    [InlineData(Site, "properties.functionAppConfig.runtime.version", "10.0")]
    [InlineData("Microsoft.OperationalInsights/workspaces", "properties.features.disableLocalAuth", "True")]
    [InlineData("Microsoft.Insights/components", "properties.DisableLocalAuth", "True")]
    public async Task Locked_down_whatever_the_parameters(string type, string path, string value)
    {
        Assert.Equal(value, (await Snapshot.OfAsync()).One(type).Text(path));
        Assert.Equal(value, (await Snapshot.OfAsync(Snapshot.Everything)).One(type).Text(path));
    }

    [Fact]
    public async Task Deployment_passwords_are_off_and_containers_are_private()
    {
        var snapshot = await Snapshot.OfAsync();

        var policies = snapshot.All("Microsoft.Web/sites/basicPublishingCredentialsPolicies")
            .Select(policy => (policy.Name.Split('/')[^1], policy.Text("properties.allow")));
        Assert.Equal([("ftp", "False"), ("scm", "False")], policies);
        Assert.All(snapshot.All($"{Storage}/blobServices/containers"), container =>
            Assert.Equal("None", container.Text("properties.publicAccess")));
    }

    [Fact]
    public async Task Without_a_private_network_nothing_of_it_is_there()
    {
        var snapshot = await Snapshot.OfAsync();

        Assert.DoesNotContain(snapshot.Resources, resource => resource.Type.StartsWith("Microsoft.Network/", StringComparison.Ordinal));
        Assert.Equal(("Enabled", "Allow"), Access(snapshot.One(Storage)));
        Assert.Equal(("enabled", "Allow"), Access(snapshot.One(Vault)));
        Assert.Equal("", snapshot.One(Site).Text("properties.virtualNetworkSubnetId"));
    }

    [Fact]
    public async Task A_private_network_ends_public_access()
    {
        var snapshot = await Snapshot.OfAsync(Snapshot.Everything);

        Assert.Equal(("Disabled", "Deny"), Access(snapshot.One(Storage)));
        Assert.Equal(("disabled", "Deny"), Access(snapshot.One(Vault)));
        var endpoints = snapshot.All("Microsoft.Network/privateEndpoints").Select(endpoint =>
        {
            var connection = Assert.Single(endpoint.Properties.GetProperty("privateLinkServiceConnections").EnumerateArray())
                .GetProperty("properties");
            Assert.EndsWith("/subnets/endpoints", endpoint.Text("properties.subnet.id"), StringComparison.Ordinal);
            return (Assert.Single(connection.GetProperty("groupIds").EnumerateArray()).GetString(),
                connection.GetProperty("privateLinkServiceId").GetString());
        });
        var account = snapshot.One(Storage).Id;
        Assert.Equal([("blob", account), ("queue", account), ("table", account), ("vault", snapshot.One(Vault).Id)], endpoints);
        Assert.Equal(
            ["privatelink.blob.core.windows.net", "privatelink.queue.core.windows.net", "privatelink.table.core.windows.net",
                "privatelink.vaultcore.azure.net"],
            snapshot.All("Microsoft.Network/privateDnsZones").Select(zone => zone.Name).Order(StringComparer.Ordinal));
    }

    // A list of subnets inside the network replaces the one that is there, with what others have added to it.
    [Fact]
    public async Task Subnets_of_others_are_left_alone()
    {
        var snapshot = await Snapshot.OfAsync(Snapshot.Everything);

        Assert.False(snapshot.One("Microsoft.Network/virtualNetworks").Properties.TryGetProperty("subnets", out _));
        var subnets = snapshot.All("Microsoft.Network/virtualNetworks/subnets").ToArray();
        Assert.Equal(["app", "endpoints"], subnets.Select(subnet => subnet.Name.Split('/')[^1]));
        Assert.Equal(["10.60.0.0/26", "10.60.0.64/26"], subnets.Select(subnet => subnet.Text("properties.addressPrefix")));
        Assert.EndsWith("/natGateways/out", subnets[0].Text("properties.natGateway.id"), StringComparison.Ordinal);
        Assert.Contains("Microsoft.App/environments", subnets[0].Properties.GetProperty("delegations").ToString(),
            StringComparison.Ordinal);
        Assert.Equal(subnets[0].Id, snapshot.One(Site).Text("properties.virtualNetworkSubnetId"));
    }

    [Theory]
    [InlineData("", "batches/ 120")]
    [InlineData(Snapshot.Everything, "batches/ 75", "deadletter/ 400")]
    public async Task Nothing_but_bodies_and_dead_letters_is_ever_deleted_by_age(string parameters, params string[] expected)
    {
        // The app deletes bodies first: one that it still keeps (90 days, and 45) is never taken from it.
        var rules = (await Snapshot.OfAsync(parameters)).One($"{Storage}/managementPolicies").Properties.GetProperty("policy")
            .GetProperty("rules").EnumerateArray();

        Assert.Equal(expected, rules.Select(rule =>
        {
            var definition = rule.GetProperty("definition");
            var prefix = Assert.Single(definition.GetProperty("filters").GetProperty("prefixMatch").EnumerateArray());
            var deletion = definition.GetProperty("actions").GetProperty("baseBlob").GetProperty("delete");
            return $"{prefix} {deletion.GetProperty("daysAfterModificationGreaterThan")}";
        }));
    }

    [Theory]
    [InlineData("", "StorageDelete")]
    [InlineData(Snapshot.Everything, "StorageRead StorageWrite StorageDelete")]
    [InlineData(Snapshot.Least, null)]
    public async Task Requests_to_storage_are_logged_as_asked_and_those_to_the_vault_always(string parameters, string? categories)
    {
        var settings = (await Snapshot.OfAsync(parameters)).All("Microsoft.Insights/diagnosticSettings")
            .ToLookup(setting => setting.Id.Contains(Vault, StringComparison.Ordinal));

        Assert.Contains("audit", Assert.Single(settings[true]).Properties.GetProperty("logs").ToString(), StringComparison.Ordinal);
        Assert.Equal(categories is null ? 0 : 3, settings[false].Count());
        Assert.All(settings[false], setting => Assert.Equal(
            categories, string.Join(' ', setting.Properties.GetProperty("logs").EnumerateArray()
                .Select(log => log.GetProperty("category").GetString()))));
    }

    [Fact]
    public async Task Tags_are_on_everything_that_takes_them()
    {
        var snapshot = await Snapshot.OfAsync(Snapshot.Everything);
        var placed = snapshot.Resources.Where(resource => resource.Json.TryGetProperty("location", out _)).ToArray();

        Assert.NotEmpty(placed);
        Assert.All(placed, resource => Assert.Equal("soc", resource.Text("tags.team")));
    }

    [Fact]
    public async Task Without_a_workspace_there_is_no_Sentinel_part()
    {
        var snapshot = await Snapshot.OfAsync();

        Assert.Empty(snapshot.Names("Microsoft.Insights/dataCollectionRules"));
        Assert.Empty(snapshot.Names("Microsoft.OperationalInsights/workspaces/tables"));
        Assert.All(["sentinelEndpoint", "sentinelRuleId", "sentinelStream"], name => Assert.Contains((name, ""), snapshot.Outputs));
    }

    [Fact]
    public async Task The_table_in_Sentinels_workspace_has_the_columns_of_the_stream_and_of_the_code()
    {
        var snapshot = await Snapshot.OfAsync(Snapshot.Everything);
        var table = snapshot.One("Microsoft.OperationalInsights/workspaces/tables");
        var rule = snapshot.One("Microsoft.Insights/dataCollectionRules");

        Assert.StartsWith("/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/soc/", table.Id, StringComparison.Ordinal);
        Assert.Equal("northeurope", rule.Text("location"));
        Assert.Contains(("sentinelStream", "Custom-AuditFunctions_CL"), snapshot.Outputs);

        // The two services spell one type differently.
        var columns = table.Properties.GetProperty("schema").GetProperty("columns").EnumerateArray()
            .Select(column => (column.GetProperty("name").GetString()!, column.GetProperty("type").GetString()!.ToLowerInvariant()))
                .ToArray();
        Assert.Equal(SentinelFormat.Columns, columns);
        Assert.Equal(columns, rule.Properties.GetProperty("streamDeclarations").GetProperty("Custom-AuditFunctions_CL")
            .GetProperty("columns").EnumerateArray()
            .Select(column => (column.GetProperty("name").GetString()!, column.GetProperty("type").GetString()!)));
    }

    [Fact]
    public async Task Names_fit_with_the_longest_prefix()
    {
        var snapshot = await Snapshot.OfAsync("param prefix = 'abcdefgh'");

        Assert.Matches(new Regex("^[a-z0-9]{3,24}$", RegexOptions.None, TimeSpan.FromSeconds(1)), snapshot.One(Storage).Name);
        Assert.InRange(snapshot.One(Vault).Name.Length, 3, 24);
        Assert.InRange(snapshot.One(Site).Name.Length, 2, 32);
    }

    private static (string, string) Access(Snapshot.Resource resource) =>
        (resource.Text("properties.publicNetworkAccess"), resource.Text("properties.networkAcls.defaultAction"));
}
