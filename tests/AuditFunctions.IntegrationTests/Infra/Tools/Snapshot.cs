using System.Collections.Concurrent;
using System.Text.Json;

namespace AuditFunctions.Tests.Infra.Tools;

/// <summary>What Azure would be asked for: main.bicep as Bicep itself evaluates it, offline, with some parameters.</summary>
internal sealed class Snapshot
{
    /// <summary>All on.</summary>
    public const string Everything = """
        param tags = { team: 'soc' }
        param signMessages = true
        param privateNetwork = true
        param natGatewayId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/natGateways/out'
        param alertEmails = ['soc@example.com']
        param alertActionGroupIds = ['/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/actionGroups/pager']
        param alertFrequency = 'PT5M'
        param deliveryTargetMinutes = 7
        param slowSources = ['salesforce', 'workday']
        param deadLetterRetentionDays = 400
        param bodyRetentionDays = 45
        param auditedStorageRequests = ['StorageRead', 'StorageWrite', 'StorageDelete']
        param sentinelWorkspaceId = '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/soc/providers/Microsoft.OperationalInsights/workspaces/soc-log'
        param sentinelLocation = 'northeurope'
        """;

    /// <summary>Nothing that can be left out.</summary>
    public const string Least = """
        param watched = false
        param auditedStorageRequests = []
        """;

    private static readonly ConcurrentDictionary<string, Lazy<Task<Snapshot>>> Evaluated = new(StringComparer.Ordinal);
    private readonly JsonElement _root;

    private Snapshot(JsonElement root) => _root = root;

    public IReadOnlyList<Resource> Resources =>
        [.. _root.GetProperty("predictedResources").EnumerateArray().Select(resource => new Resource(resource))];

    /// <summary>Outputs, as far as they are known.</summary>
    public IEnumerable<(string Name, string Value)> Outputs =>
        _root.GetProperty("outputs").EnumerateObject().Select(output => (output.Name, ArmText.Evaluate(output.Value.GetString()!)));

    /// <summary>What Bicep had to say.</summary>
    public IEnumerable<string> Diagnostics => _root.GetProperty("diagnostics").EnumerateArray().Select(found => found.ToString());

    /// <summary>App settings in their order.</summary>
    public IReadOnlyList<(string Name, string Value)> AppSettings => [.. One("Microsoft.Web/sites").Properties.GetProperty("siteConfig")
        .GetProperty("appSettings").EnumerateArray()
        .Select(setting => (setting.GetProperty("name").GetString()!, ArmText.Evaluate(setting.GetProperty("value").GetString()!)))];

    /// <summary>The resource group named <c>audit</c>, with all defaults but these lines of a parameter file.</summary>
    public static Task<Snapshot> OfAsync(string parameters = "") =>
        Evaluated.GetOrAdd(parameters, lines => new Lazy<Task<Snapshot>>(() => EvaluateAsync(lines))).Value;

    public IEnumerable<Resource> All(string type) => Resources.Where(resource => resource.Type == type);

    public Resource One(string type) => Assert.Single(All(type));

    /// <summary>The last part of the names of all resources of a type.</summary>
    public IEnumerable<string> Names(string type) => All(type).Select(resource => resource.Name.Split('/')[^1]);

    private static async Task<Snapshot> EvaluateAsync(string parameters)
    {
        var folder = Directory.CreateTempSubdirectory("snapshot-");
        try
        {
            var file = Path.Combine(folder.FullName, "main.bicepparam");
            var main = Path.GetRelativePath(folder.FullName, Path.Combine(Bicep.Folder, "main.bicep")).Replace('\\', '/');
            await File.WriteAllTextAsync(file, $"using '{main}'\n{parameters}\n", CancellationToken.None);
            var (code, _, error) = await Bicep.RunAsync(
                "snapshot", file, "--mode", "overwrite", "--subscription-id", "00000000-0000-0000-0000-000000000001", "--resource-group",
                    "audit",
                "--location", "westeurope", "--deployment-name", "auditfunctions-audit");
            Assert.True(code == 0, error);
            var evaluated = await File.ReadAllBytesAsync(Path.ChangeExtension(file, ".snapshot.json"), CancellationToken.None);
            return new Snapshot(JsonDocument.Parse(evaluated).RootElement);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A resource as it would be asked for.</summary>
    internal sealed record Resource(JsonElement Json)
    {
        public string Type => Text("type");

        public string Name => Text("name");

        public string Id => Text("id");

        public JsonElement Properties => Json.TryGetProperty("properties", out var properties) ? properties : default;

        /// <summary>A value that is a text, a number or a truth, by its path: <c>properties.networkAcls.defaultAction</c>.</summary>
        public string Text(string path)
        {
            var value = path.Split('.').Aggregate(Json, (at, name) => at.GetProperty(name));
            return ArmText.Evaluate(value.ToString());
        }
    }
}
