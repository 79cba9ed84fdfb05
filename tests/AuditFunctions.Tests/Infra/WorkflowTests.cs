using System.Text.RegularExpressions;
using AuditFunctions.Tests.Docs;
using YamlDotNet.RepresentationModel;

namespace AuditFunctions.Tests.Infra;

/// <summary>The workflows run nothing that could change under them, and no text of others as a command.</summary>
public sealed class WorkflowTests
{
    public static TheoryData<string> Workflows => [.. Directory.EnumerateFiles(Path.Combine(DocsPage.Root, ".github", "workflows")).Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Actions_are_pinned_by_hash_and_say_their_version(string workflow)
    {
        var uses = Lines(workflow).Where(line => Regex.IsMatch(line, @"^\s*(?:- )?uses:", RegexOptions.None, TimeSpan.FromSeconds(1))).ToArray();
        Assert.NotEmpty(uses);
        Assert.All(uses, line => Assert.Matches(@"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Rights_are_named_and_nothing_is_written(string workflow)
    {
        var root = Read(workflow);
        Assert.Contains(new YamlScalarNode("permissions"), root.Children.Keys);
        Assert.DoesNotMatch(@"(?m)^\s*(?!id-token)[\w-]+: write(-all)?\b", string.Join('\n', Lines(workflow)));
        Assert.DoesNotContain("pull_request_target", string.Join('\n', Lines(workflow)), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void No_expression_stands_in_a_command(string workflow)
    {
        var commands = Commands(workflow).ToArray();
        Assert.NotEmpty(commands);
        Assert.All(commands, command => Assert.DoesNotContain("${{", command, StringComparison.Ordinal));
    }

    [Fact]
    public void The_build_runs_the_command_of_the_readme() =>
        Assert.Contains(DocsPage.Read("README.md").CodeBlocks("sh").First()[1], Commands("build.yml"));

    [Fact]
    public void A_deployment_is_started_by_hand_and_logs_in_without_a_credential()
    {
        var root = Read("deploy.yml");
        Assert.Equal(["workflow_dispatch"], ((YamlMappingNode)root["on"]).Children.Keys.Select(key => key.ToString()));
        Assert.Empty(((YamlMappingNode)root["permissions"]).Children);
        var job = (YamlMappingNode)root["jobs"]["deploy"];
        Assert.Equal("${{ inputs.environment }}", job["environment"].ToString());
        Assert.Equal(
            ["contents: read", "id-token: write"],
            ((YamlMappingNode)job["permissions"]).Children.Select(right => $"{right.Key}: {right.Value}").Order(StringComparer.Ordinal));
        Assert.DoesNotContain("secrets.", string.Join('\n', Lines("deploy.yml")), StringComparison.Ordinal);
    }

    private static string[] Lines(string workflow) => File.ReadAllLines(Path.Combine(DocsPage.Root, ".github", "workflows", workflow));

    private static YamlMappingNode Read(string workflow)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(string.Join('\n', Lines(workflow))));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    private static IEnumerable<string> Commands(string workflow) => Read(workflow).AllNodes.OfType<YamlMappingNode>()
        .SelectMany(node => node.Children).Where(child => child.Key.ToString() == "run").Select(child => child.Value.ToString());
}
