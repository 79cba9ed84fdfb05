using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuditFunctions.Sandbox;
using AuditFunctions.SelfHosting;
using AuditFunctions.Tests.Docs;
using AuditFunctions.Tests.Infra.Tools;
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

    // A pattern that finds nothing fails no build: what it names would be missing in the image alone.
    [Fact]
    public void Everything_outside_of_src_that_the_projects_embed_is_copied()
    {
        var copied = Dockerfile.Split('\n').Where(line => line.StartsWith("COPY ", StringComparison.Ordinal)).SelectMany(line => line.Split(' ')[1..^1]).ToArray();
        var embedded = Directory.EnumerateFiles(Path.Combine(DocsPage.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .SelectMany(project => Embedded().Matches(File.ReadAllText(project)))
            .SelectMany(match => match.Groups["files"].Value.Split(';'))
            .Select(pattern => pattern["../../".Length..].Split('*')[0].TrimEnd('/'))
            .Distinct().ToArray();

        Assert.Contains("templates", embedded);
        Assert.All(embedded, folder => Assert.Contains(copied, name => folder == name || folder.StartsWith(name + "/", StringComparison.Ordinal)));
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

        Assert.Equal(
            ["Deployment", "Namespace", "NetworkPolicy", "ScaledObject", "ServiceAccount", "TriggerAuthentication"],
            Documents().Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["/health/live", "/health/ready"], HealthPath().Matches(manifest).Select(match => match.Value));
        Assert.Equal(["fetch", "ship"], QueueName().Matches(manifest).Select(match => match.Groups["queue"].Value));
    }

    // KEDA asks by the pod identity of its own operator.
    [Theory]
    [InlineData("infra/kubernetes/auditfunctions.yaml")]
    [InlineData("docs/containers.md")]
    public void Both_service_accounts_that_use_the_identity_are_named(string file) =>
        Assert.All(
            ["system:serviceaccount:auditfunctions:auditfunctions", "system:serviceaccount:keda:keda-operator"],
            subject => Assert.Contains(subject, Read(file), StringComparison.Ordinal));

    [Fact]
    public void Pods_hold_no_token_of_the_cluster_and_probes_end()
    {
        var documents = Documents();
        var pod = documents["Deployment"]["spec"]["template"]["spec"];

        Assert.Equal("false", documents["ServiceAccount"]["automountServiceAccountToken"].ToString());
        Assert.Equal("false", pod["automountServiceAccountToken"].ToString());
        Assert.Equal(pod["serviceAccountName"].ToString(), documents["ServiceAccount"]["metadata"]["name"].ToString());
        var container = pod["containers"][0];
        Assert.All(["livenessProbe", "readinessProbe"], name =>
        {
            var probe = container[name];
            var timeout = int.Parse(probe["timeoutSeconds"].ToString(), CultureInfo.InvariantCulture);
            Assert.InRange(timeout, 2, int.Parse(probe["periodSeconds"].ToString(), CultureInfo.InvariantCulture));
        });
    }

    // Wherever a tool puts them, and whatever 'git add' is told.
    [Theory]
    [InlineData("infra/container/secrets.env")]
    [InlineData("src/AuditFunctions/local.settings.json")]
    [InlineData("__azurite_db_table__.json")]
    [InlineData("src/__azurite_db_blob_extent__.json~")]
    [InlineData("infra/__blobstorage__/7c9d")]
    [InlineData("__queuestorage__/7c9d")]
    [InlineData("azurite-debug.log")]
    public async Task Git_ignores_secrets_and_what_Azurite_writes(string file)
    {
        var (code, _, error) = await Tool.RunAsync("git", ["-C", DocsPage.Root, "check-ignore", "--quiet", "--no-index", file]);

        Assert.True(code == 0, $"git does not ignore {file}. {error}");
    }

    [Theory]
    [InlineData("**/local.settings.json")]
    [InlineData("**/secrets.env")]
    public void Image_builds_ignore_secrets_beside_the_sources(string pattern)
    {
        // The last pattern that fits decides.
        var lines = Read("infra/container/Dockerfile.dockerignore").Split('\n').ToList();

        Assert.True(lines.IndexOf(pattern) > lines.FindLastIndex(line => line.StartsWith('!')),
            $"'{pattern}' must stand below what is taken.");
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

    private static Dictionary<string, YamlNode> Documents()
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Read("infra/kubernetes/auditfunctions.yaml")));
        return stream.Documents.ToDictionary(document => document.RootNode["kind"].ToString(), document => document.RootNode,
            StringComparer.Ordinal);
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(DocsPage.Root, path));

    [GeneratedRegex("/health/[a-z]+", RegexOptions.NonBacktracking)]
    private static partial Regex HealthPath();

    [GeneratedRegex("queueName: (?<queue>.+)", RegexOptions.NonBacktracking)]
    private static partial Regex QueueName();

    [GeneratedRegex("<EmbeddedResource Include=\"(?<files>\\.\\./\\.\\./[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Embedded();

    [GeneratedRegex(@"\b(?:AzureWebJobsStorage(?:__[A-Za-z]+)?|[A-Z][a-z]+__[A-Za-z]+)\b", RegexOptions.NonBacktracking)]
    private static partial Regex SettingName();
}
