using AuditFunctions.Tests.Docs;
using YamlDotNet.RepresentationModel;

namespace AuditFunctions.Tests.Infra;

/// <summary>Whatever the repository takes from elsewhere is looked after.</summary>
public sealed class DependabotTests
{
    [Fact]
    public void Every_folder_with_dependencies_is_watched()
    {
        string[] found =
        [
            "devcontainers /", "dotnet-sdk /", "github-actions /", "nuget /",
            .. Folders("package-lock.json").Select(folder => $"npm {folder}"),
            .. Folders("Dockerfile").Select(folder => $"docker {folder}"),
            .. Folders("compose.yaml").Select(folder => $"docker-compose {folder}"),
        ];
        Assert.True(found.Length >= 7, string.Join(", ", found));
        Assert.Equal(found.Order(StringComparer.Ordinal), Watched().Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Watched()
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(File.ReadAllText(Path.Combine(DocsPage.Root, ".github", "dependabot.yml"))));
        foreach (var update in ((YamlSequenceNode)stream.Documents[0].RootNode["updates"]).Cast<YamlMappingNode>())
        {
            Assert.Equal("weekly", update["schedule"]["interval"].ToString());
            yield return $"{update["package-ecosystem"]} {update["directory"]}";
        }
    }

    // Folders below the root that hold such a file, apart from what builds leave behind.
    private static IEnumerable<string> Folders(string file) =>
        new[] { "src", "infra", "tests", "build" }.Select(folder => Path.Combine(DocsPage.Root, folder))
            .SelectMany(folder => Directory.EnumerateFiles(folder, file, SearchOption.AllDirectories))
            .Select(path => "/" + Path.GetRelativePath(DocsPage.Root, Path.GetDirectoryName(path)!).Replace('\\', '/'))
            .Where(folder => !folder.Split('/').Intersect(["bin", "obj", "node_modules"]).Any());
}
