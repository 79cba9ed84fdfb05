using AuditFunctions.Tests.Docs;
using AuditFunctions.Tests.Infra.Tools;

namespace AuditFunctions.Tests.Infra;

/// <summary>The app's identity may do what docs/deploying.md says, and no more.</summary>
public sealed class RoleTests
{
    // https://learn.microsoft.com/azure/role-based-access-control/built-in-roles, read 2026-11-21.
    private static readonly Dictionary<string, string> Roles = new(StringComparer.Ordinal)
    {
        ["4633458b-17de-408a-b874-0445c86b69e6"] = "Key Vault Secrets User",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = "Storage Queue Data Contributor",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
    };

    // Storage Table, Queue and Blob Data Contributor, Key Vault Secrets Officer; from the same page.
    private static readonly string[] CallerRoles =
    [
        "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", "974c5e8b-45b9-4653-ba55-5f855dd0fb88", "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
        "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    ];

    // As the page names what a role is given on.
    private static readonly Dictionary<string, string> Scopes = new(StringComparer.Ordinal)
    {
        ["Microsoft.KeyVault/vaults"] = "the vault",
        ["Microsoft.Insights/components"] = "Application Insights",
        ["Microsoft.Insights/dataCollectionRules"] = "the data collection rule",
        ["Microsoft.Storage/storageAccounts"] = "the storage account",
    };

    [Fact]
    public async Task Roles_are_those_of_the_page_each_on_one_resource()
    {
        var given = (await Snapshot.OfAsync(Snapshot.Everything)).All("Microsoft.Authorization/roleAssignments").Select(RoleAndScope);
        var page = DocsPage.Read("docs/deploying.md").Section("Roles").Rows()
            .Where(row => row[0] != "Role" && !row[0].StartsWith('-')).Select(row => $"{row[0]} on {row[1]}");

        Assert.Equal(page.Order(StringComparer.Ordinal), given.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_Sentinel_there_is_one_role_less()
    {
        var given = (await Snapshot.OfAsync()).All("Microsoft.Authorization/roleAssignments").Select(RoleAndScope).ToArray();

        Assert.Equal(5, given.Length);
        Assert.DoesNotContain(given, role => role.EndsWith("the data collection rule", StringComparison.Ordinal));
    }

    [Fact]
    public async Task They_are_the_identitys_and_their_names_repeat()
    {
        var snapshot = await Snapshot.OfAsync(Snapshot.Everything);
        var identity = snapshot.One("Microsoft.ManagedIdentity/userAssignedIdentities").Id;

        Assert.All(snapshot.All("Microsoft.Authorization/roleAssignments"), role =>
        {
            Assert.StartsWith($"[reference('{identity}'", role.Text("properties.principalId"), StringComparison.Ordinal);
            Assert.EndsWith(").principalId]", role.Text("properties.principalId"), StringComparison.Ordinal);
            Assert.Equal("ServicePrincipal", role.Text("properties.principalType"));
            Assert.True(Guid.TryParse(role.Name, out _), role.Name);
        });
        Assert.Contains($"\"{identity}\"", snapshot.One("Microsoft.Web/sites").Json.GetProperty("identity").ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_deploys_with_azd_gets_what_the_script_gives()
    {
        var given = (await Snapshot.OfAsync("param callerRoles = true")).All("Microsoft.Authorization/roleAssignments")
            .Where(role => role.Text("properties.principalId").Contains("deployer()", StringComparison.Ordinal)).ToArray();
        var script = await File.ReadAllTextAsync(Path.Combine(Bicep.Folder, "deploy.sh"), CancellationToken.None);
        var roles = given.Select(role => role.Text("properties.description").Split(':')[0]).ToArray();

        Assert.Equal(4, roles.Length);
        Assert.All(roles, role => Assert.Contains($"'{role}'", script, StringComparison.Ordinal));
        Assert.Equal(CallerRoles, given.Select(role => role.Text("properties.roleDefinitionId").Split('/')[^1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_deployment_under_another_name_leaves_the_one_that_the_script_looks_for()
    {
        var installation = (await Template.ReadAsync()).Modules.Single(module => module.Name == "installation").Deployment;
        Assert.Equal("[variables('installationName')]", installation.GetProperty("name").GetString());
        Assert.Equal("[not(equals(deployment().name, variables('installationName')))]", installation.GetProperty("condition").GetString());

        var script = await File.ReadAllTextAsync(Path.Combine(Bicep.Folder, "deploy.sh"), CancellationToken.None);
        Assert.Contains("\ndeployment=auditfunctions-$prefix\n", script, StringComparison.Ordinal);
        var outputs = Template.Inside(installation).GetProperty("outputs").EnumerateObject().Select(output => output.Name);
        Assert.All(outputs, output => Assert.Contains($"outputs.{output}.value", script, StringComparison.Ordinal));
        Assert.Equal(6, outputs.Count());
    }

    private static string RoleAndScope(Snapshot.Resource assignment)
    {
        var scope = assignment.Id.Split("/providers/")[^2].Split('/');
        var role = Roles[assignment.Text("properties.roleDefinitionId").Split('/')[^1]];
        Assert.StartsWith($"{role}: ", assignment.Text("properties.description"), StringComparison.Ordinal);
        return $"{role} on {Scopes[$"{scope[0]}/{scope[1]}"]}";
    }
}
