using System.Globalization;
using System.Text.Json;
using AuditFunctions.Tests.Docs;

namespace AuditFunctions.Tests.Infra;

/// <summary>The development container has what the repository needs.</summary>
public sealed class DevContainerTests
{
    private static readonly JsonElement Container = Json(".devcontainer/devcontainer.json");

    [Fact]
    public void It_has_the_tools_of_building_and_deploying()
    {
        var sdk = Json("global.json").GetProperty("sdk").GetProperty("version").GetString()!;
        Assert.Contains($"/dotnet:{sdk.Split('.')[0]}.0", Container.GetProperty("image").GetString(), StringComparison.Ordinal);
        var features = Container.GetProperty("features").EnumerateObject().Select(feature => feature.Name.Split('/')[^1].Split(':')[0]);
        Assert.Equal(["azd", "azure-cli", "node"], features.Order(StringComparer.Ordinal));
        var installed = Container.GetProperty("onCreateCommand").GetString();
        Assert.All(
            ["zip", "shellcheck", "azure-functions-core-tools@4"],
            tool => Assert.Contains(tool, installed, StringComparison.Ordinal));
    }

    [Fact]
    public void Its_ports_are_those_of_health_and_of_Azurite()
    {
        var compose = File.ReadAllText(Path.Combine(DocsPage.Root, "infra", "container", "compose.yaml"));
        int[] ports = [.. Container.GetProperty("forwardPorts").EnumerateArray().Select(port => port.GetInt32())];
        Assert.Equal([8080, 10000, 10001, 10002], ports);
        Assert.All(ports, port => Assert.Contains($":{port}", compose, StringComparison.Ordinal));
        var labelled = Container.GetProperty("portsAttributes").EnumerateObject();
        Assert.Equal(ports, labelled.Select(port => int.Parse(port.Name, CultureInfo.InvariantCulture)).Order());
    }

    private static JsonElement Json(string path) => JsonDocument.Parse(File.ReadAllText(Path.Combine(DocsPage.Root, path))).RootElement;
}
