using System.Text.Json;
using System.Text.RegularExpressions;
using AuditFunctions.Sandbox;
using AuditFunctions.SelfHosting;
using AuditFunctions.Tests.Docs;
using YamlDotNet.RepresentationModel;

namespace AuditFunctions.Tests.Infra;

/// <summary>The files that run the pipeline in containers say what the code says.</summary>
public sealed partial class ContainerFilesTests
{
    private static readonly string Dockerfile = Read("infra/container/Dockerfile");

    [Fact]
    public void What_the_image_copies_is_there_and_is_not_ignored()
    {
        var ignore = Read("infra/container/Dockerfile.dockerignore").Split('\n');
        var copied = Dockerfile.Split('\n')
            .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1..^1])
            .ToArray();

        Assert.Contains("src", copied);
        Assert.All(copied, name => Assert.True(Path.Exists(Path.Combine(DocsPage.Root, name)), name));
        Assert.All(copied, name => Assert.Contains($"!{name}", ignore));
    }

    [Fact]
    public void Every_file_that_the_build_takes_from_the_root_is_copied()
    {
        string[] ofBuild = ["global.json", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "BannedSymbols.txt", ".editorconfig"];
        Assert.All(ofBuild.Where(name => File.Exists(Path.Combine(DocsPage.Root, name))), name => Assert.Contains($" {name} ", Dockerfile, StringComparison.Ordinal));
    }

    [Fact]
    public void Compose_and_the_sandbox_use_the_same_azurite()
    {
        using var package = JsonDocument.Parse(typeof(AzuriteServer).Assembly.GetManifestResourceStream("package.json")!);
        var version = package.RootElement.GetProperty("dependencies").GetProperty("azurite").GetString();
        Assert.Contains($"azure-storage/azurite:{version}\n", Read("infra/container/compose.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public void Kubernetes_asks_for_health_and_counts_messages_where_they_are()
    {
        var manifest = Read("infra/kubernetes/auditfunctions.yaml");
        var stream = new YamlStream();
        stream.Load(new StringReader(manifest));

        Assert.Equal(
            ["Deployment", "Namespace", "NetworkPolicy", "ScaledObject", "ServiceAccount", "TriggerAuthentication"],
            stream.Documents.Select(document => document.RootNode["kind"].ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(["/health/live", "/health/ready"], HealthPath().Matches(manifest).Select(match => match.Value));
        Assert.Equal(["fetch", "ship"], QueueName().Matches(manifest).Select(match => match.Groups["queue"].Value));
    }

    [Theory]
    [InlineData("infra/container/Dockerfile")]
    [InlineData("infra/container/compose.yaml")]
    [InlineData("infra/kubernetes/auditfunctions.yaml")]
    public void Settings_in_these_files_are_documented(string file)
    {
        var documented = DocsPage.Read("docs/settings.md").Text;
        var names = SettingName().Matches(Read(file)).Select(match => match.Value).Distinct().ToArray();

        Assert.Contains(names, name => name is "AzureWebJobsStorage" or $"Host__{nameof(SelfHostOptions.HealthPort)}");
        Assert.All(names, name => Assert.Contains($"`{name}`", documented, StringComparison.Ordinal));
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(DocsPage.Root, path));

    [GeneratedRegex("/health/[a-z]+", RegexOptions.NonBacktracking)]
    private static partial Regex HealthPath();

    [GeneratedRegex("queueName: (?<queue>.+)", RegexOptions.NonBacktracking)]
    private static partial Regex QueueName();

    [GeneratedRegex(@"\b(?:AzureWebJobsStorage(?:__[A-Za-z]+)?|[A-Z][a-z]+__[A-Za-z]+)\b", RegexOptions.NonBacktracking)]
    private static partial Regex SettingName();
}
